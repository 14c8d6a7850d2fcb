/* SPDX-License-Identifier: BSD-2-Clause */
/* Collects messages about the faults that a test found. */
#ifndef TOOLS_LIVETEST_MISMATCHES_H
#define TOOLS_LIVETEST_MISMATCHES_H

#include <stddef.h>

struct mismatches {
	char *text; /* NULL or a string; freed by mismatches_free() */
	size_t len;
	unsigned int faults; /* number of added lines */
};

/*
 * Add a line. The text has only the first 40 lines, because one fault often repeats. Further lines
 * are only counted.
 */
__attribute__((format(printf, 2, 3))) void mismatches_add(struct mismatches *r, const char *fmt,
							  ...);

/* The text, never NULL; valid until the next call with @r. */
const char *mismatches_text(struct mismatches *r);

void mismatches_free(struct mismatches *r);

#endif /* TOOLS_LIVETEST_MISMATCHES_H */
