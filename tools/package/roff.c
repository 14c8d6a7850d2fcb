/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/package/roff.h"

#include <ctype.h>
#include <string.h>

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

void roff_code(FILE *out, const char *text, size_t len)
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

void roff_text(FILE *out, const char *text, size_t len)
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
			roff_code(out, text + 1, (size_t)(close - text - 1));
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
				roff_text(out, text + 1, size);
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

	/* The page has its own title. */
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
				roff_text(out, cell, (size_t)(close - cell));
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
		roff_text(out, text + 2, len - 2);
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
	roff_text(out, text, (size_t)(end - text));
	fputc('\n', out);
	return end;
}

void roff_paragraphs(FILE *out, const char *text, const char *end, bool pp)
{
	while ((text += strspn(text, "\n")) < end) {
		text = put_paragraph(out, text, pp);
		pp = true;
	}
}

void roff_markdown(FILE *out, const char *text)
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

void roff_option(FILE *out, char letter, const char *name, const char *arg, const char *doc)
{
	const bool optional = arg && *arg == '[';

	fputs(".TP\n", out);
	if (letter)
		fprintf(out, "\\fB\\-%c\\fR, ", letter);
	fputs("\\fB\\-\\-", out);
	roff_code(out, name, strlen(name));
	fputs("\\fR", out);
	if (arg)
		fprintf(out, optional ? "[=\\fI%s\\fR" : "=\\fI%s\\fR", arg + optional);
	fputc('\n', out);
	roff_text(out, doc, strlen(doc));
	fputc('\n', out);
}
