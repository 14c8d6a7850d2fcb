/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/package/pages.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "lib/include/eventstrace.h"
#include "tools/eventstrace/option_table.h"

/* Print a character so that roff prints the same character, and does not take it for a request. */
static void put_char(FILE *out, char c, bool code)
{
	switch (c) {
	case '\\':
		fputs("\\e", out);
		break;
	case '-':
		/*
		 * In code, print a minus, which readers can copy and search for. In text, print a
		 * hyphen.
		 */
		fputs(code ? "\\-" : "-", out);
		break;
	case '\'':
		fputs(code ? "\\(aq" : "'", out);
		break;
	case '"':
		fputs("\\(dq", out);
		break;
	case '`':
		fputs("\\(ga", out);
		break;
	case '^':
		fputs("\\(ha", out);
		break;
	case '~':
		fputs("\\(ti", out);
		break;
	default:
		fputc(c, out);
	}
}

static void put_code(FILE *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		put_char(out, text[i], true);
}

/* Print a reference to the section of a Markdown anchor. The title is guessed from the anchor. */
static void put_anchor(FILE *out, const char *anchor, size_t len)
{
	fputs("see ", out);
	for (size_t i = 0; i < len; i++)
		fputc(anchor[i] == '-' ? ' ' : i ? anchor[i] : toupper(anchor[i]), out);
}

/* True if a link's text only points to another place. put_anchor() then replaces the text. */
static bool only_points(const char *text, size_t len)
{
	static const char *const words[] = { "more", "above", "below", "why" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (len == strlen(words[i]) && !strncmp(text, words[i], len))
			return true;
	return false;
}

/* Print text of one paragraph, which may contain code, bold text and links. */
static void put_inline(FILE *out, const char *text, size_t len)
{
	const char *end = text + len;
	bool bold = false;

	/* A dot or an apostrophe at the start of a line would begin a request of roff. */
	if (len && (*text == '.' || *text == '\''))
		fputs("\\&", out);
	while (text < end) {
		const char *close, *url;

		if (*text == '`' && (close = memchr(text + 1, '`', (size_t)(end - text - 1)))) {
			fputs("\\fB", out);
			put_code(out, text + 1, (size_t)(close - text - 1));
			fputs(bold ? "" : "\\fR", out);
			text = close + 1;
		} else if (!strncmp(text, "**", 2)) {
			bold = !bold;
			fputs(bold ? "\\fB" : "\\fR", out);
			text += 2;
		} else if (*text == '[' && (url = strstr(text, "](")) && url < end &&
			   (close = strchr(url, ')'))) {
			size_t size = (size_t)(url - text - 1);

			if (url[2] == '#' && only_points(text + 1, size))
				put_anchor(out, url + 3, (size_t)(close - url - 3));
			else
				put_inline(out, text + 1, size);
			text = close + 1;
		} else if (!strncmp(text, "×", 2)) {
			fputs("\\(mu", out);
			text += 2;
		} else if (*text == '\n') {
			text += 1 + strspn(text + 1, " ");
			fputs(text < end && (*text == '.' || *text == '\'') ? "\n\\&" : "\n", out);
		} else {
			put_char(out, *text++, false);
		}
	}
}

/*
 * The end of the block at @text: the next line that is empty or begins with @stop; NULL: the end of
 * the text.
 */
static const char *block_end(const char *text, const char *stop)
{
	while ((text = strchr(text, '\n'))) {
		text++;
		if (*text == '\n' || !*text || (stop && !strncmp(text, stop, strlen(stop))))
			return text;
	}
	return NULL;
}

static const char *put_heading(FILE *out, const char *text)
{
	size_t level = strspn(text, "#"), len = strcspn(text, "\n");

	/* man_print() has already printed the title of the whole page. */
	if (level > 1) {
		fputs(level == 2 ? ".SH \"" : ".SS \"", out);
		for (size_t i = level + 1; i < len; i++)
			put_char(out, (char)(level == 2 ? toupper(text[i]) : text[i]), false);
		fputs("\"\n", out);
	}
	return text + len;
}

/* Print a block of code. @pp: begin a paragraph; after a heading, roff begins one itself. */
static const char *put_code_block(FILE *out, const char *text, bool pp)
{
	fputs(pp ? ".PP\n.RS 4\n.nf\n" : ".RS 4\n.nf\n", out);
	text += strcspn(text, "\n");
	while (*text == '\n' && strncmp(text + 1, "```", 3) != 0) {
		size_t len = strcspn(++text, "\n");

		if (len && (*text == '.' || *text == '\''))
			fputs("\\&", out);
		/* The width of tabs depends on the output device. */
		for (size_t i = 0; i < len; i++)
			if (text[i] == '\t')
				fputs("    ", out);
			else
				put_char(out, text[i], true);
		fputc('\n', out);
		text += len;
	}
	fputs(".fi\n.RE\n", out);
	text += *text == '\n';
	return text + strcspn(text, "\n");
}

/* The end of a cell, " |". @cell: the text after the "| " before the cell. */
static const char *cell_end(const char *cell)
{
	const char *end = strstr(cell, " |"), *newline = strchr(cell, '\n');

	return end && newline && end > newline ? newline : end;
}

/* Print a table as a list: the first column is a tag, the other columns are its text. */
static const char *put_table(FILE *out, const char *text)
{
	for (int row = 0; *text == '|'; row++) {
		size_t len = strcspn(text, "\n");
		const char *cell = text, *end = text + len;

		/* Skip the names of the columns, and the line below them. */
		for (int column = 0; row >= 2 && cell + 2 < end; column++) {
			const char *close = cell_end(cell + 1);

			cell += 2;
			if (close > cell && column < 2)
				fputs(column ? "" : ".TP\n", out);
			else if (close > cell)
				fputs(".br\n", out);
			if (close > cell) {
				put_inline(out, cell, (size_t)(close - cell));
				fputc('\n', out);
			}
			cell = close + 1;
		}
		text += len;
		text += *text == '\n';
	}
	return text;
}

static const char *put_list(FILE *out, const char *text)
{
	while (!strncmp(text, "- ", 2)) {
		const char *end = block_end(text, "- ");
		size_t len = end ? (size_t)(end - text) : strlen(text);

		while (len && text[len - 1] == '\n')
			len--;
		fputs(".IP \\(bu 2\n", out);
		put_inline(out, text + 2, len - 2);
		fputc('\n', out);
		text = end ? end : text + strlen(text);
	}
	return text;
}

static const char *put_paragraph(FILE *out, const char *text, bool pp)
{
	const char *end = text;

	/* A block of code may follow a paragraph without an empty line. */
	while (*end && strncmp(end, "\n\n", 2) != 0 && strncmp(end, "\n```", 4) != 0)
		end++;
	fputs(pp ? ".PP\n" : "", out);
	put_inline(out, text, (size_t)(end - text));
	fputc('\n', out);
	return end;
}

static void put_paragraphs(FILE *out, const char *text, const char *end, bool pp)
{
	while ((text += strspn(text, "\n")) < end) {
		text = put_paragraph(out, text, pp);
		pp = true;
	}
}

static void put_markdown(FILE *out, const char *text)
{
	bool heading = true;

	while (*(text += strspn(text, "\n"))) {
		bool is_heading = *text == '#';

		if (is_heading)
			text = put_heading(out, text);
		else if (!strncmp(text, "```", 3))
			text = put_code_block(out, text, !heading);
		else if (*text == '|')
			text = put_table(out, text);
		else if (!strncmp(text, "- ", 2))
			text = put_list(out, text);
		else
			text = put_paragraph(out, text, !heading);
		heading = is_heading;
	}
}

static void put_doc(FILE *out, const char *doc)
{
	put_inline(out, doc, strlen(doc));
	fputc('\n', out);
}

static void put_option(FILE *out, const struct option_row *row)
{
	fputs(".TP\n", out);
	if (option_letter(row))
		fprintf(out, "\\fB\\-%c\\fR, ", option_letter(row));
	fputs("\\fB\\-\\-", out);
	put_code(out, row->name, strlen(row->name));
	fputs("\\fR", out);
	if (row->arg)
		fprintf(out, option_optional(row) ? "[=\\fI%s\\fR" : "=\\fI%s\\fR",
			row->arg + option_optional(row));
	fputc('\n', out);
	put_doc(out, row->doc);
}

static void put_options(FILE *out)
{
	const char *title;

	fputs(".SH OPTIONS\nThe sections below say more about each.\n", out);
	for (size_t g = 0; (title = option_group_title(g)); g++) {
		fprintf(out, ".SS \"%s\"\n", title);
		for (const struct option_row *row = option_table; row->name; row++)
			if (option_is_in_group(g, row))
				put_option(out, row);
	}
}

static void put_events(FILE *out)
{
	const char *category = "";
	size_t count;
	const struct et_event_info *infos = et_event_infos(&count);

	fputs(".SH EVENTS\nEach event has an option. "
	      "\\fBeventstrace \\-\\-help=\\fIEVENT\\fR lists its fields.\n",
	      out);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(infos[i].category, category) != 0)
			fprintf(out, ".SS \"Category %s\"\n", infos[i].category);
		category = infos[i].category;
		fputs(".TP\n\\fB\\-\\-", out);
		put_code(out, infos[i].flag, strlen(infos[i].flag));
		fprintf(out, "\\fR (%s)\n", infos[i].name);
		put_doc(out, infos[i].doc);
	}
}

static void put_examples(FILE *out)
{
	fputs(".SH EXAMPLES\n.nf\n", out);
	put_code(out, option_examples, strlen(option_examples));
	fputs(".fi\n", out);
}

void man_print(FILE *out, const char *manual, const char *date)
{
	const char *synopsis = strstr(manual, "```"), *sections = strstr(manual, "\n## ");

	fprintf(out,
		".\\\" SPDX-License-Identifier: BSD-2-Clause\n"
		".\\\" Made from the table of options, the events and docs/eventstrace.md.\n"
		".TH EVENTSTRACE 8 %s \"eventstrace %s\" \"System Administration\"\n"
		".SH NAME\n"
		"eventstrace \\- record what the processes of this host do\n"
		".SH SYNOPSIS\n"
		"\\fBeventstrace\\fR [\\fIOPTION\\fR]...\n"
		".br\n"
		"\\fBeventstrace\\fR [\\fIOPTION\\fR]... [\\-\\-] \\fICOMMAND\\fR "
		"[\\fIARG\\fR]...\n"
		".SH DESCRIPTION\n",
		date, et_version());
	if (!synopsis || !sections)
		return;
	/* Print the introduction, except for the synopsis in it. */
	put_paragraphs(out, strchr(manual, '\n'), synopsis, false);
	synopsis = strstr(synopsis + 3, "```");
	put_paragraphs(out, synopsis + 3, sections, true);
	put_options(out);
	put_events(out);
	put_examples(out);
	put_markdown(out, sections);
	fputs(".SH FILES\n"
	      ".TP\n"
	      "\\fI/etc/eventstrace/eventstrace.conf\\fR\n"
	      "\\fBeventstrace.service\\fR takes its options from this file. Other runs read it "
	      "only with \\fB\\-\\-config\\fR.\n"
	      ".TP\n"
	      "\\fI/var/log/eventstrace/\\fR\n"
	      "The service writes its events there.\n"
	      ".TP\n"
	      "\\fI/usr/share/doc/eventstrace/\\fR\n"
	      "The \\fI.md\\fR files that this page names.\n",
	      out);
}
