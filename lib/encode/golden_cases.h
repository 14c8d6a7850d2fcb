/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records made by hand, at least one of each event type, and the lines that they give: right
 * ones, cut ones, and ones that hold whatever a hostile process would put there. The lines are
 * committed as testdata/events.jsonl.
 */
#ifndef ET_ENCODE_GOLDEN_CASES_H
#define ET_ENCODE_GOLDEN_CASES_H

#include <stddef.h>

struct et_golden {
	const char *name;
	unsigned int type; /* enum et_event_type */
	char *line;        /* the caller frees it */
	size_t size;
};

/*
 * Builds, decodes and encodes case @n, from 0. Return: 1, 0 when there are no more, or what the
 * decoder said.
 */
int et_golden_case(size_t n, struct et_golden *ret);

/* The same from a record that is laid out as ET_FORMAT_FIXED. */
int et_golden_case_fixed(size_t n, struct et_golden *ret);

#endif /* ET_ENCODE_GOLDEN_CASES_H */
