/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Prints the manual page and the shell completions, from the table of options and the event types.
 */
#ifndef TOOLS_PACKAGE_PAGES_H
#define TOOLS_PACKAGE_PAGES_H

#include <stdio.h>

/**
 * man_print() - print the manual page, eventstrace(8)
 * @out:		receives the page in roff
 * @manual:		text of docs/eventstrace.md; the lists of options and events replace its
 *		lists
 * @date:		YYYY-MM-DD
 */
void man_print(FILE *out, const char *manual, const char *date);

/* Print the completions for a shell. */
void bash_print(FILE *out);
void zsh_print(FILE *out);
void fish_print(FILE *out);

#endif /* TOOLS_PACKAGE_PAGES_H */
