/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of the programs that print the pages of a package. */
#ifndef TOOLS_PACKAGE_PAGE_MAIN_H
#define TOOLS_PACKAGE_PAGE_MAIN_H

#include <stdio.h>

/* Print a page of one program. */
struct page_printers {
	/* @manual is a text in Markdown; @date is YYYY-MM-DD */
	void (*man)(FILE *out, const char *manual, const char *date);
	void (*bash)(FILE *out);
	void (*zsh)(FILE *out);
	void (*fish)(FILE *out);
};

/**
 * page_main() - print the page that the command line names
 * @argc:	number of words
 * @argv:	"pages man MANUAL.md DATE", or "pages bash", "pages zsh", "pages fish"
 * @printers:	the pages of the program
 *
 * Prints to stdout. Return: the exit status: 0; 1 if the manual cannot be read or the page cannot
 * be written; 2 if the command line is not valid.
 */
int page_main(int argc, char **argv, const struct page_printers *printers);

#endif /* TOOLS_PACKAGE_PAGE_MAIN_H */
