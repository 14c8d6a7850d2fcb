/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/run/log_err.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "bench/run/host_stats.h"

/* A log that is no terminal gets at most a line in so many seconds. */
#define LOG_S 10.0

static bool pending;

static void clear(void)
{
	if (pending)
		fputs("\r\033[K", stderr);
	pending = false;
}

void log_err(const char *fmt, ...)
{
	va_list args;

	clear();
	fputs("bench: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
}

/* True if a log has had no line of progress for LOG_S seconds. */
static bool is_log_due(void)
{
	static double due;
	double now = now_s();

	if (now < due)
		return false;
	due = now + LOG_S;
	return true;
}

void progress(const char *fmt, ...)
{
	bool is_terminal = isatty(STDERR_FILENO);
	char text[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	clear();
	if (!*text || (!is_terminal && !is_log_due()))
		return;
	fputs(text, stderr);
	if (!is_terminal)
		fputc('\n', stderr);
	pending = is_terminal;
}
