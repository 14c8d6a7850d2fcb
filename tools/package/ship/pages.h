/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Prints the manual page and the shell completions of eventstrace-ship, from its tables of options.
 */
#ifndef TOOLS_PACKAGE_SHIP_PAGES_H
#define TOOLS_PACKAGE_SHIP_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "tools/ship/option.h"

struct ship_command {
	const char *name;
	const char *help;
	/* get option number @n; false: there are fewer */
	bool (*option)(size_t n, struct ship_option *ret);
};

/* The last row has no name. */
extern const struct ship_command ship_commands[];

/**
 * ship_man_print() - print the manual page, eventstrace-ship(8)
 * @out:	receives the page in roff
 * @manual:	text of docs/fleet.md; the sections on the sources are left out
 * @date:	YYYY-MM-DD
 */
void ship_man_print(FILE *out, const char *manual, const char *date);

/* Print the completions for a shell. */
void ship_bash_print(FILE *out);
void ship_zsh_print(FILE *out);
void ship_fish_print(FILE *out);

#endif /* TOOLS_PACKAGE_SHIP_PAGES_H */
