/* SPDX-License-Identifier: BSD-2-Clause */
/* The manual page and the shell completions, made from the option table and the event types. */
#ifndef TOOLS_PACKAGE_PAGES_H
#define TOOLS_PACKAGE_PAGES_H

#include <stdio.h>

/**
 * man_print() - print the manual page, eventstrace(8)
 * @out:	where
 * @manual:	text of docs/eventstrace.md: the sections behind the lists of options and events
 * @date:	YYYY-MM-DD
 *
 * The function knows the parts of Markdown that the manual uses: headings, paragraphs, lists,
 * tables and blocks of code. In a line it knows code, bold text and links.
 */
void man_print(FILE *out, const char *manual, const char *date);

/* Print the completions for a shell. */
void bash_print(FILE *out);
void zsh_print(FILE *out);
void fish_print(FILE *out);

#endif /* TOOLS_PACKAGE_PAGES_H */
