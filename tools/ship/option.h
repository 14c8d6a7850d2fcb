/* SPDX-License-Identifier: BSD-2-Clause */
/* An option of a command, for the manual page and the completions of shells. */
#ifndef TOOLS_SHIP_OPTION_H
#define TOOLS_SHIP_OPTION_H

struct ship_option {
	char letter; /* NUL: it has none */
	const char *name;
	const char *value; /* name of its argument; NULL: it has none */
	const char *help;
};

#endif /* TOOLS_SHIP_OPTION_H */
