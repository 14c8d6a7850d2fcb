/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/log_err.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "tools/eventstrace/patient_write.h"
#include "tools/eventstrace/printable.h"

/* If stderr accepts no data for this time, the rest is not printed. */
#define PATIENCE_MS 2000

int log_err_text(const char *text, size_t size)
{
	return patient_write(STDERR_FILENO, isatty(STDERR_FILENO), text, size, PATIENCE_MS);
}

void log_err(const char *fmt, ...)
{
	char text[1024], shown[sizeof(text) * PRINTABLE_BYTE_MAX], line[sizeof(shown) + 16];
	va_list ap;
	int len;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	printable(shown, sizeof(shown), text, false);
	len = snprintf(line, sizeof(line), "eventstrace: %s\n", shown);
	(void)log_err_text(line, (size_t)len);
}
