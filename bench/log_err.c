/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/log_err.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

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

void progress(const char *fmt, ...)
{
	va_list args;

	if (!isatty(STDERR_FILENO))
		return;
	clear();
	if (!*fmt)
		return;
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	pending = true;
}
