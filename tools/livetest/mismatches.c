/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tools/livetest/mismatches.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/livetest/memory.h"

#define REPORT_LINES 40

void mismatches_add(struct mismatches *r, const char *fmt, ...)
{
	char *line = NULL, *text;
	va_list ap;
	int len;

	if (r->faults++ >= REPORT_LINES)
		return;
	va_start(ap, fmt);
	len = vasprintf(&line, fmt, ap);
	va_end(ap);
	if (len < 0)
		abort();
	text = must_realloc(r->text, r->len + (size_t)len + 2);
	memcpy(text + r->len, line, (size_t)len);
	r->len += (size_t)len;
	text[r->len++] = '\n';
	text[r->len] = '\0';
	r->text = text;
	free(line);
}

const char *mismatches_text(struct mismatches *r)
{
	if (r->faults > REPORT_LINES) {
		unsigned int more = r->faults - REPORT_LINES;

		r->faults = 0;
		mismatches_add(r, "... and %u more", more);
		r->faults = REPORT_LINES;
	}
	return r->text ? r->text : "";
}

void mismatches_free(struct mismatches *r)
{
	free(r->text);
	memset(r, 0, sizeof(*r));
}
