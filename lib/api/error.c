/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/api/error.h"

#include <stdarg.h>
#include <stdio.h>

int et_error_set(struct et_error *err, enum et_error_kind kind, int r, const char *fmt, ...)
{
	va_list args;

	err->kind = kind;
	va_start(args, fmt);
	vsnprintf(err->message, sizeof(err->message), fmt, args);
	va_end(args);
	return r;
}
