/* SPDX-License-Identifier: BSD-2-Clause */
/* A terminal of a test, and the text that comes out of it. */
#ifndef TOOLS_LIVETEST_SCREEN_H
#define TOOLS_LIVETEST_SCREEN_H

#include <stddef.h>

struct screen {
	int master, slave;
	unsigned int number; /* of the terminal: its minor */
	char *text;          /* all that came out of it */
	size_t len, size;
};

/* Open a new terminal; a failure ends the test. */
void screen_open(struct screen *s);

/* Close the master and free the text. The slave is left to the caller. */
void screen_close(struct screen *s);

/* How many lines of the text have @what in them. */
size_t screen_lines_with(const struct screen *s, const char *what);

/* Read for @ms (scaled), or until there are so many @lines with @until. */
void screen_watch_until(struct screen *s, int ms, const char *until, size_t lines);

/* Read for @ms (scaled). */
void screen_watch(struct screen *s, int ms);

#endif /* TOOLS_LIVETEST_SCREEN_H */
