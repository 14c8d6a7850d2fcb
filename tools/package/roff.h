/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Prints parts of manual pages in roff.
 *
 * Supports the parts of Markdown that the manuals use: headings, paragraphs, lists, tables and
 * blocks of code; in a line: code, bold text and links.
 */
#ifndef TOOLS_PACKAGE_ROFF_H
#define TOOLS_PACKAGE_ROFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Print text that a user types. */
void roff_code(FILE *out, const char *text, size_t len);

/* Print text of one paragraph, which may contain code, bold text and links. */
void roff_text(FILE *out, const char *text, size_t len);

/* Print paragraphs of Markdown from @text to @end. @pp: begin with a paragraph of roff's. */
void roff_paragraphs(FILE *out, const char *text, const char *end, bool pp);

/* Print Markdown. It begins with a heading. */
void roff_markdown(FILE *out, const char *text);

/**
 * roff_option() - print an option and its description
 * @out:	receives the text
 * @letter:	the short form; NUL: none
 * @name:	the long form, without dashes
 * @arg:	name of the argument, in brackets if optional; NULL: no argument
 * @doc:	the description
 */
void roff_option(FILE *out, char letter, const char *name, const char *arg, const char *doc);

#endif /* TOOLS_PACKAGE_ROFF_H */
