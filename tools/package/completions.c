/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/package/pages.h"

#include <stdbool.h>
#include <string.h>

#include "lib/include/eventstrace.h"
#include "tools/eventstrace/option_table.h"
#include "tools/package/shell_text.h"

/* Kinds of arguments of options. */
enum kind {
	KIND_NONE,  /* the option has no argument */
	KIND_OTHER, /* shells cannot complete the argument */
	KIND_FILE,
	KIND_USER,
	KIND_PID,
	KIND_WORDS, /* the words of option_word() */
	KIND_EVENTS,
};

static enum kind kind_of(const struct option_row *row)
{
	if (!row->arg)
		return KIND_NONE;
	if (option_word(row->key, 0))
		return KIND_WORDS;
	if (row->key == KEY_EVENTS || row->key == KEY_HELP)
		return KIND_EVENTS;
	if (!strcmp(row->arg, "FILE") || !strcmp(row->arg, "PATH") || !strcmp(row->arg, "DIR"))
		return KIND_FILE;
	if (!strncmp(row->arg, "USER", 4))
		return KIND_USER;
	if (!strcmp(row->arg, "PID"))
		return KIND_PID;
	return KIND_OTHER;
}

static void put_words(FILE *out, const struct option_row *row)
{
	const char *word;

	for (size_t n = 0; (word = option_word(row->key, n)); n++)
		fprintf(out, "%s%s", n ? " " : "", word);
}

/* Print the names that --events accepts: categories and events. */
static void put_event_names(FILE *out)
{
	const char *category = "";
	size_t count;
	const struct et_event_info *infos = et_event_infos(&count);

	fputs("all", out);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(infos[i].category, category) != 0)
			fprintf(out, " %s", infos[i].category);
		category = infos[i].category;
		fprintf(out, " %s", infos[i].flag);
	}
}

/* ---- bash ---------------------------------------------------------------------------------- */

/* In a list separated by commas, complete the last element. */
static const char bash_events[] =
	"compopt -o nospace; [[ $cur == *,* ]] && list=${cur%,*},; "
	"COMPREPLY=($(compgen -P \"$list\" -W \"$events\" -- \"${cur##*,}\"))";

static const char *const bash_actions[] = {
	[KIND_FILE] = "compopt -o filenames; COMPREPLY=($(compgen -f -- \"$cur\"))",
	[KIND_USER] = "COMPREPLY=($(compgen -u -- \"$cur\"))",
	[KIND_PID] = "COMPREPLY=($(compgen -W \"self $(cd /proc && echo [0-9]*)\" -- \"$cur\"))",
	[KIND_EVENTS] = bash_events,
};

/* Print the options of a kind as a pattern of case, with the action for their arguments. */
static void bash_case(FILE *out, enum kind kind)
{
	const char *between = "\t";

	for (const struct option_row *row = option_table; row->name; row++) {
		if (kind_of(row) != kind)
			continue;
		fprintf(out, "%s--%s", between, row->name);
		if (option_letter(row) && !option_optional(row))
			fprintf(out, " | -%c", option_letter(row));
		between = " | ";
	}
	fprintf(out, ")\n\t\t%s\n\t\treturn\n\t\t;;\n", bash_actions[kind]);
}

static void bash_options(FILE *out)
{
	size_t count;
	const struct et_event_info *infos = et_event_infos(&count);

	for (const struct option_row *row = option_table; row->name; row++)
		fprintf(out, "\t\t--%s%s\n", row->name,
			row->arg && !option_optional(row) ? "=" : "");
	for (size_t i = 0; i < count; i++)
		fprintf(out, "\t\t--%s\n", infos[i].flag);
}

void bash_print(FILE *out)
{
	fputs("# bash completion for eventstrace\n"
	      "# SPDX-License-Identifier: BSD-2-Clause\n"
	      "# shellcheck disable=SC2207\n"
	      "_eventstrace() {\n"
	      "\tlocal cur=$2 prev=$3 i list= word\n"
	      "\tlocal events=\"",
	      out);
	put_event_names(out);
	fputs("\"\n"
	      "\t# \"=\" is a word of its own.\n"
	      "\tif [[ $cur == = ]]; then\n"
	      "\t\tcur=\n"
	      "\telif [[ $prev == = ]]; then\n"
	      "\t\tprev=${COMP_WORDS[COMP_CWORD - 2]}\n"
	      "\tfi\n"
	      "\t# Behind the first word that is no option stands a command of its own.\n"
	      "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	      "\t\tword=${COMP_WORDS[i]}\n"
	      "\t\tcase $word in\n"
	      "\t\t--) ((i++)) && break ;;\n"
	      "\t\t=) ((i++)) ;;\n",
	      out);
	fputs("\t\t", out);
	for (const struct option_row *row = option_table, *first = NULL; row->name; row++) {
		if (!row->arg || option_optional(row))
			continue;
		if (option_letter(row)) {
			fprintf(out, "%s-%c", first ? " | " : "", option_letter(row));
			first = row;
		}
	}
	fputs(") ((i++)) ;;\n", out);
	fputs("\t\t", out);
	for (const struct option_row *row = option_table, *first = NULL; row->name; row++) {
		if (!row->arg || option_optional(row))
			continue;
		fprintf(out, "%s--%s", first ? " | " : "", row->name);
		first = row;
	}
	fputs(")\n"
	      "\t\t\t[[ ${COMP_WORDS[i + 1]-} == = ]] && ((i++))\n"
	      "\t\t\t((i++))\n"
	      "\t\t\t;;\n"
	      "\t\t-*) ;;\n"
	      "\t\t*) break ;;\n"
	      "\t\tesac\n"
	      "\tdone\n"
	      "\tif ((i < COMP_CWORD)) && declare -F _command_offset >/dev/null; then\n"
	      "\t\t_command_offset \"$i\"\n"
	      "\t\treturn\n"
	      "\tfi\n"
	      "\tif ((i < COMP_CWORD)); then\n"
	      "\t\tcompopt -o filenames\n"
	      "\t\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n"
	      "\t\treturn\n"
	      "\tfi\n"
	      "\tcase $prev in\n",
	      out);
	bash_case(out, KIND_FILE);
	bash_case(out, KIND_USER);
	bash_case(out, KIND_PID);
	bash_case(out, KIND_EVENTS);
	for (const struct option_row *row = option_table; row->name; row++) {
		if (kind_of(row) != KIND_WORDS)
			continue;
		fprintf(out, "\t--%s)\n\t\tCOMPREPLY=($(compgen -W \"", row->name);
		put_words(out, row);
		fputs("\" -- \"$cur\"))\n\t\treturn\n\t\t;;\n", out);
	}
	fputs("\tesac\n"
	      "\tif [[ $cur != -* ]]; then\n"
	      "\t\tCOMPREPLY=($(compgen -c -- \"$cur\"))\n"
	      "\t\treturn\n"
	      "\tfi\n"
	      "\tCOMPREPLY=($(compgen -W \"\n",
	      out);
	bash_options(out);
	fputs("\t\" -- \"$cur\"))\n"
	      "\t[[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace\n"
	      "}\n"
	      "complete -F _eventstrace eventstrace\n",
	      out);
}

/* ---- zsh ----------------------------------------------------------------------------------- */

static void zsh_argument(FILE *out, const struct option_row *row)
{
	size_t len = row->arg ? strcspn(row->arg + option_optional(row), "[]:") : 0;

	if (!row->arg)
		return;
	fprintf(out, "%s%.*s:", option_optional(row) ? "::" : ":", (int)len,
		row->arg + option_optional(row));
	switch (kind_of(row)) {
	case KIND_FILE:
		fputs("_files", out);
		break;
	case KIND_USER:
		fputs("_users", out);
		break;
	case KIND_PID:
		fputs("_pids", out);
		break;
	case KIND_WORDS:
		fputc('(', out);
		put_words(out, row);
		fputc(')', out);
		break;
	case KIND_EVENTS:
		fputs("_values -s , event $events", out);
		break;
	default:
		fputc(' ', out);
	}
}

void zsh_print(FILE *out)
{
	size_t count;
	const struct et_event_info *infos = et_event_infos(&count);

	fputs("#compdef eventstrace\n"
	      "# SPDX-License-Identifier: BSD-2-Clause\n"
	      "local -a events=(",
	      out);
	put_event_names(out);
	fputs(")\n_arguments -s -S '*:::command: _normal' \\\n", out);
	for (const struct option_row *row = option_table; row->name; row++) {
		const char *equals = !row->arg ? "" : option_optional(row) ? "=-" : "=";

		fputs("\t'*'", out);
		if (option_letter(row))
			fprintf(out, "{-%c%s,--%s%s}'", option_letter(row),
				row->arg && !option_optional(row) ? "+" : "", row->name, equals);
		else
			fprintf(out, "'--%s%s", row->name, equals);
		zsh_doc(out, row->doc);
		zsh_argument(out, row);
		fputs("' \\\n", out);
	}
	for (size_t i = 0; i < count; i++) {
		fprintf(out, "\t'--%s", infos[i].flag);
		zsh_doc(out, infos[i].doc);
		fputs(i + 1 < count ? "' \\\n" : "'\n", out);
	}
}

/* ---- fish ---------------------------------------------------------------------------------- */

static void fish_option(FILE *out, const struct option_row *row)
{
	fprintf(out, "complete -c eventstrace -l %s", row->name);
	if (option_letter(row))
		fprintf(out, " -s %c", option_letter(row));
	switch (kind_of(row)) {
	case KIND_NONE:
		break;
	case KIND_FILE:
		fputs(" -r -F", out);
		break;
	case KIND_USER:
		fputs(" -x -a '(__fish_complete_users)'", out);
		break;
	case KIND_PID:
		fputs(" -x -a '(__fish_complete_pids)'", out);
		break;
	case KIND_WORDS:
		fputs(" -x -a '", out);
		put_words(out, row);
		fputc('\'', out);
		break;
	case KIND_EVENTS:
		fputs(option_optional(row) ? " -a '" : " -x -a '", out);
		put_event_names(out);
		fputc('\'', out);
		break;
	case KIND_OTHER:
		fputs(" -x", out);
	}
	fputs(" -d ", out);
	fish_doc(out, row->doc);
	fputc('\n', out);
}

void fish_print(FILE *out)
{
	size_t count;
	const struct et_event_info *infos = et_event_infos(&count);

	fputs("# fish completion for eventstrace\n"
	      "# SPDX-License-Identifier: BSD-2-Clause\n"
	      "complete -c eventstrace -x -a '(__fish_complete_subcommand)'\n",
	      out);
	for (const struct option_row *row = option_table; row->name; row++)
		fish_option(out, row);
	for (size_t i = 0; i < count; i++) {
		fprintf(out, "complete -c eventstrace -l %s -d ", infos[i].flag);
		fish_doc(out, infos[i].doc);
		fputc('\n', out);
	}
}
