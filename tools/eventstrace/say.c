/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/say.h"

#include <stdarg.h>
#include <stdio.h>

/* stderr has no buffer: collect the line first, so that it arrives whole among others' lines. */
static void put_line(const char *prefix, const char *line)
{
	fprintf(stderr, "%s%s\n", prefix, line);
}

void say(const char *fmt, ...)
{
	char line[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	put_line("eventstrace: ", line);
}

void say_log(void *ctx, enum et_log_level level, const char *line)
{
	const bool *verbose = ctx;

	if (level == ET_LOG_WARNING)
		put_line("eventstrace: warning: ", line);
	else if (*verbose)
		put_line("", line);
}
