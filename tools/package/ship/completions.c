/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/package/ship/pages.h"

#include <ctype.h>
#include <string.h>

#include "tools/package/shell_text.h"

static bool is_file(const struct ship_option *option)
{
	return option->value && !strcmp(option->value, "FILE");
}

/*
 * The words that are valid as an option's argument: "batch|event". NULL: the argument is free, also
 * if it has one of several forms: "ADDR|FILE".
 */
static const char *words_of(const struct ship_option *option)
{
	const char *value = option->value;

	return value && islower((unsigned char)*value) && strchr(value, '|') ? value : NULL;
}

/* Print words, with spaces between them. */
static void put_words(FILE *out, const char *words)
{
	for (; *words; words++)
		fputc(*words == '|' ? ' ' : *words, out);
}

/* ---- bash ---------------------------------------------------------------------------------- */

static void bash_command(FILE *out, const struct ship_command *command)
{
	struct ship_option option;

	for (size_t n = 0; command->option(n, &option); n++) {
		if (words_of(&option)) {
			fprintf(out, "\t%s:--%s)\n\t\tCOMPREPLY=($(compgen -W \"", command->name,
				option.name);
			put_words(out, option.value);
			fputs("\" -- \"$cur\"))\n\t\treturn\n\t\t;;\n", out);
		} else if (is_file(&option)) {
			fprintf(out,
				"\t%s:--%s)\n\t\tcompopt -o filenames\n"
				"\t\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n\t\treturn\n\t\t;;\n",
				command->name, option.name);
		} else if (option.value) {
			fprintf(out, "\t%s:--%s) return ;;\n", command->name, option.name);
		}
	}
}

void ship_bash_print(FILE *out)
{
	struct ship_option option;

	fputs("# bash completion for eventstrace-ship\n"
	      "# SPDX-License-Identifier: BSD-2-Clause\n"
	      "# shellcheck disable=SC2207\n"
	      "_eventstrace_ship() {\n"
	      "\tlocal cur=$2 prev=$3 command=${COMP_WORDS[1]} options=\n"
	      "\t# \"=\" is a word of its own.\n"
	      "\tif [[ $cur == = ]]; then\n"
	      "\t\tcur=\n"
	      "\telif [[ $prev == = ]]; then\n"
	      "\t\tprev=${COMP_WORDS[COMP_CWORD - 2]}\n"
	      "\tfi\n"
	      "\tif ((COMP_CWORD == 1)); then\n"
	      "\t\tCOMPREPLY=($(compgen -W \"",
	      out);
	for (const struct ship_command *command = ship_commands; command->name; command++)
		fprintf(out, "%s ", command->name);
	fputs("--help --version --licenses\" -- \"$cur\"))\n"
	      "\t\treturn\n"
	      "\tfi\n"
	      "\tcase $command:$prev in\n",
	      out);
	for (const struct ship_command *command = ship_commands; command->name; command++)
		bash_command(out, command);
	fputs("\tesac\n"
	      "\tif [[ $cur != -* ]]; then\n"
	      "\t\tcompopt -o filenames\n"
	      "\t\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n"
	      "\t\treturn\n"
	      "\tfi\n"
	      "\tcase $command in\n",
	      out);
	for (const struct ship_command *command = ship_commands; command->name; command++) {
		fprintf(out, "\t%s) options=\"", command->name);
		for (size_t n = 0; command->option(n, &option); n++)
			fprintf(out, "%s--%s%s", n ? " " : "", option.name,
				option.value ? "=" : "");
		fputs("\" ;;\n", out);
	}
	fputs("\tesac\n"
	      "\tCOMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))\n"
	      "\t[[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace\n"
	      "}\n"
	      "complete -F _eventstrace_ship eventstrace-ship\n",
	      out);
}

/* ---- zsh ----------------------------------------------------------------------------------- */

static void zsh_argument(FILE *out, const struct ship_option *option)
{
	if (!option->value)
		return;
	if (words_of(option)) {
		fputs(":word:(", out);
		put_words(out, option->value);
		fputc(')', out);
	} else {
		fprintf(out, ":%s:%s", option->value, is_file(option) ? "_files" : " ");
	}
}

void ship_zsh_print(FILE *out)
{
	struct ship_option option;

	fputs("#compdef eventstrace-ship\n"
	      "# SPDX-License-Identifier: BSD-2-Clause\n"
	      "if ((CURRENT == 2)); then\n"
	      "\tlocal -a commands=(",
	      out);
	for (const struct ship_command *command = ship_commands; command->name; command++)
		fprintf(out, "\n\t\t'%s:%s'", command->name, command->help);
	fputs(")\n"
	      "\t_describe command commands\n"
	      "\t_arguments '--help[print the commands]' '--version[print the version]' "
	      "'--licenses[print the licences]'\n"
	      "\treturn\n"
	      "fi\n"
	      "local command=${words[2]}\n"
	      "shift words\n"
	      "((CURRENT--))\n"
	      "case $command in\n",
	      out);
	for (const struct ship_command *command = ship_commands; command->name; command++) {
		fprintf(out, "%s)\n\t_arguments -s -S", command->name);
		for (size_t n = 0; command->option(n, &option); n++) {
			fprintf(out, " \\\n\t\t'*--%s%s", option.name, option.value ? "=" : "");
			zsh_doc(out, option.help);
			zsh_argument(out, &option);
			fputc('\'', out);
		}
		fputs(" \\\n\t\t'*:argument:_files'\n\t;;\n", out);
	}
	fputs("esac\n", out);
}

/* ---- fish ---------------------------------------------------------------------------------- */

static void fish_option(FILE *out, const char *command, const struct ship_option *option)
{
	fprintf(out, "complete -c eventstrace-ship -n '__fish_seen_subcommand_from %s' -l %s",
		command, option->name);
	if (option->letter)
		fprintf(out, " -s %c", option->letter);
	if (words_of(option)) {
		fputs(" -x -a '", out);
		put_words(out, option->value);
		fputc('\'', out);
	} else if (option->value) {
		fputs(is_file(option) ? " -r -F" : " -x", out);
	}
	fputs(" -d ", out);
	fish_doc(out, option->help);
	fputc('\n', out);
}

void ship_fish_print(FILE *out)
{
	struct ship_option option;

	fputs("# fish completion for eventstrace-ship\n"
	      "# SPDX-License-Identifier: BSD-2-Clause\n",
	      out);
	for (const struct ship_command *command = ship_commands; command->name; command++) {
		fprintf(out, "complete -c eventstrace-ship -f -n __fish_use_subcommand -a %s -d ",
			command->name);
		fish_doc(out, command->help);
		fputc('\n', out);
		for (size_t n = 0; command->option(n, &option); n++)
			fish_option(out, command->name, &option);
	}
}
