/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tools/eventstrace/printable.h"

#define REMOVE_LINE "\r\033[K"

static bool has_progress; /* the terminal shows a progress line */

static size_t width_of_terminal(void)
{
	struct winsize size;

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col - 1U
									       : 79;
}

void ship_log_progress(const char *text)
{
	if (has_progress)
		fputs(REMOVE_LINE, stderr);
	has_progress = *text;
	if (has_progress)
		fprintf(stderr, "%.*s", (int)width_of_terminal(), text);
}

void ship_log(const char *fmt, ...)
{
	char text[1024], safe[2048];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	printable(safe, sizeof(safe), text, false);
	ship_log_progress("");
	fprintf(stderr, "eventstrace-ship: %s\n", safe);
}
