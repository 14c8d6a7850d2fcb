/* SPDX-License-Identifier: BSD-2-Clause */
/* What a test found wrong: text that grows. */
#ifndef TOOLS_LIVETEST_REPORT_H
#define TOOLS_LIVETEST_REPORT_H

#include <stddef.h>

struct report {
	char *text; /* NULL or a string; free() it with report_free() */
	size_t len;
	unsigned int faults; /* lines that were added */
};

/* Add a line. The first forty are kept and the rest only counted: one fault often repeats. */
__attribute__((format(printf, 2, 3))) void report_add(struct report *r, const char *fmt, ...);

/* The text, never NULL; lives until the next call on @r. */
const char *report_text(struct report *r);

void report_free(struct report *r);

#endif /* TOOLS_LIVETEST_REPORT_H */
