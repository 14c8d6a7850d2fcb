/* SPDX-License-Identifier: BSD-2-Clause */
/* Collects the messages of a test about faults. */
#ifndef TOOLS_LIVETEST_MISMATCHES_H
#define TOOLS_LIVETEST_MISMATCHES_H

#include <stddef.h>

struct mismatches {
	char *text; /* NULL or a string; free() it with mismatches_free() */
	size_t len;
	unsigned int faults; /* number of added lines */
};

/*
 * Add a line. The first forty are kept and the rest only counted, because one fault often repeats.
 */
__attribute__((format(printf, 2, 3))) void mismatches_add(struct mismatches *r, const char *fmt,
							  ...);

/* The text, never NULL; lives until the next call on @r. */
const char *mismatches_text(struct mismatches *r);

void mismatches_free(struct mismatches *r);

#endif /* TOOLS_LIVETEST_MISMATCHES_H */
