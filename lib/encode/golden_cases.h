/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records for tests, at least one of each event type, and their JSON lines. Some are whole, some
 * are cut, and some contain bytes of a hostile process. The lines are committed as
 * testdata/events.jsonl.
 */
#ifndef ET_ENCODE_GOLDEN_CASES_H
#define ET_ENCODE_GOLDEN_CASES_H

#include <stddef.h>

struct et_event;

struct et_golden {
	const char *name;
	unsigned int type; /* enum et_event_type */
	char *line;        /* the caller frees it */
	size_t size;
};

/*
 * Build, decode and encode case @n, from 0. Return: 1; 0 if there is no such case; or the decoder's
 * negative errno.
 */
int et_golden_case(size_t n, struct et_golden *ret);

/* The same from a record in ET_FORMAT_FIXED. */
int et_golden_case_fixed(size_t n, struct et_golden *ret);

/*
 * Build and decode case @n. The event is valid until the next call of a function of this file.
 * Return: as et_golden_case().
 */
int et_golden_event(size_t n, struct et_event *ret);
int et_golden_event_fixed(size_t n, struct et_event *ret);

#endif /* ET_ENCODE_GOLDEN_CASES_H */
