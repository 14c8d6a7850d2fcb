/* SPDX-License-Identifier: BSD-2-Clause */
/* The terminal of --top: its size, its keys, and a screen for each interval. */
#ifndef TOOLS_EVENTSTRACE_TOP_SCREEN_H
#define TOOLS_EVENTSTRACE_TOP_SCREEN_H

#include <stdbool.h>
#include <termios.h>

#include "tools/eventstrace/options.h"
#include "tools/eventstrace/top.h"

struct top_screen {
	struct top *top;
	bool terminal;        /* standard output is one */
	int keys;             /* descriptor of the terminal whose keys are read; -1: none */
	struct termios saved; /* its modes */
	bool ascii, color;
};

/* Return: false if there is no memory. The caller frees it with top_screen_free(). */
bool top_screen_make(const struct options *options, struct top_screen *ret);

/*
 * Read single keys from now on, without showing them, and show the first screen after an interval.
 * top_screen_end() undoes it. A process in the background stops, as with each change of a terminal.
 */
void top_screen_begin(struct top_screen *screen);

void top_screen_end(struct top_screen *screen);

/* True if a key has requested the end. */
bool top_screen_key(struct top_screen *screen);

/*
 * Show the interval that ends now. A terminal that takes nothing, or a reader, misses a screen.
 * Return: 0 or a negative errno.
 */
int top_screen_show(struct top_screen *screen, struct et_session *session);

void top_screen_free(struct top_screen *screen);

#endif /* TOOLS_EVENTSTRACE_TOP_SCREEN_H */
