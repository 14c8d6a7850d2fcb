/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/say.h"

#include <stdarg.h>
#include <stdio.h>

void say(const char *fmt, ...)
{
	char line[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	/* In one call, so that it arrives whole among others' lines: stderr has no buffer. */
	fprintf(stderr, "eventstrace: %s\n", line);
}
