/* SPDX-License-Identifier: BSD-2-Clause */
/* A terminal for a test, and the text that programs print on it. */
#ifndef TOOLS_LIVETEST_SCREEN_H
#define TOOLS_LIVETEST_SCREEN_H

#include <stddef.h>
#include <sys/types.h>

struct screen {
	int master, slave;
	unsigned int number; /* minor number of the terminal */
	char *text;          /* all output so far; NULL: none */
	size_t len, size;
};

/* Open a new terminal; a failure ends the test. */
void screen_open(struct screen *s);

/* Close the master and free the text. The caller closes the slave. */
void screen_close(struct screen *s);

/* For proc_options.prepare: make standard input the controlling terminal. */
int screen_take(void *ctx);

/*
 * For proc_options.prepare, with a struct screen as context: take its terminal, and make a pipeline
 * as a shell does. A process in the same process group copies standard output from a pipe to the
 * terminal. It is no child of the program.
 */
int screen_pipe(void *ctx);

/* Number of lines of the text that contain @what. */
size_t screen_lines_with(const struct screen *s, const char *what);

/* Read for @ms (scaled), or until @lines lines contain @until. */
void screen_watch_until(struct screen *s, int ms, const char *until, size_t lines);

/* Read for @ms (scaled). */
void screen_watch(struct screen *s, int ms);

/* As screen_expect_end(), for a program that ends without a signal. */
void screen_wait_end(struct screen *s, pid_t pid);

/**
 * screen_expect_end() - send a signal to a program, and wait until it ends with status 0
 * @s:		its terminal, which is read meanwhile: a full terminal would block the program
 * @pid:	the program, a child
 * @signal:	the signal
 *
 * A failure ends the test. So does a program that runs for more than half a minute (scaled).
 */
void screen_expect_end(struct screen *s, pid_t pid, int signal);

#endif /* TOOLS_LIVETEST_SCREEN_H */
