/* SPDX-License-Identifier: BSD-2-Clause */
/* Collects the messages of a test about faults. */
#ifndef TOOLS_LIVETEST_REPORT_H
#define TOOLS_LIVETEST_REPORT_H

#include <stddef.h>

struct report {
	char *text; /* NULL or a string; free() it with report_free() */
	size_t len;
	unsigned int faults; /* number of added lines */
};

/*
 * Add a line. The first forty are kept and the rest only counted, because one fault often repeats.
 */
__attribute__((format(printf, 2, 3))) void report_add(struct report *r, const char *fmt, ...);

/* The text, never NULL; lives until the next call on @r. */
const char *report_text(struct report *r);

void report_free(struct report *r);

#endif /* TOOLS_LIVETEST_REPORT_H */
