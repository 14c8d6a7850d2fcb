/* SPDX-License-Identifier: BSD-2-Clause */
/* Shows the screens of --top on the terminal, and reads its keys. */
#ifndef TOOLS_EVENTSTRACE_TOP_SCREEN_H
#define TOOLS_EVENTSTRACE_TOP_SCREEN_H

#include <stdbool.h>
#include <termios.h>

#include "tools/eventstrace/options.h"
#include "tools/eventstrace/top.h"

struct top_screen {
	struct top *top;
	bool terminal;        /* standard output is a terminal */
	int keys;             /* descriptor of the terminal to read keys from; -1: none */
	struct termios saved; /* settings of that terminal before top_screen_begin() */
	bool ascii, color;
};

/*
 * Prepare the screens. Return: false if there is no memory. The caller calls top_screen_free() in
 * both cases.
 */
bool top_screen_make(const struct options *options, struct top_screen *ret);

/*
 * Read single keys from now on, without echo. The first screen is shown after an interval. A
 * process in the background is stopped by SIGTTOU, as with each change of a terminal.
 * top_screen_end() restores the terminal.
 */
void top_screen_begin(struct top_screen *screen);

void top_screen_end(struct top_screen *screen);

/* True if a key requests the end. */
bool top_screen_key(struct top_screen *screen);

/*
 * End the interval, and show it. A terminal or reader that accepts no data misses a screen. Return:
 * 0 or a negative errno.
 */
int top_screen_show(struct top_screen *screen, struct et_session *session);

void top_screen_free(struct top_screen *screen);

#endif /* TOOLS_EVENTSTRACE_TOP_SCREEN_H */
