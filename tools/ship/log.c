/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/log.h"

#include <stdarg.h>
#include <stdio.h>

#include "tools/eventstrace/printable.h"

void ship_log(const char *fmt, ...)
{
	char text[1024], safe[2048];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	printable(safe, sizeof(safe), text, false);
	fprintf(stderr, "eventstrace-ship: %s\n", safe);
}
