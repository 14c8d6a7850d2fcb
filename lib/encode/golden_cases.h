/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Builds records for tests, at least one of each event type, and their JSON lines. Some records
 * have cut fields, and some contain control characters and invalid UTF-8. testdata/events.jsonl has
 * the expected lines.
 */
#ifndef ET_ENCODE_GOLDEN_CASES_H
#define ET_ENCODE_GOLDEN_CASES_H

#include <stddef.h>

struct et_event;

struct et_golden {
	const char *name;
	unsigned int type; /* the record's type: enum et_event_type */
	char *line;        /* the event's JSON line; the caller frees it */
	size_t size;       /* length of the line in bytes */
};

/*
 * Build record number @n, from 0, decode it, and encode it as JSON. Return: 1; 0 if there is no
 * record @n; or a negative errno of the decoder.
 */
int et_golden_case(size_t n, struct et_golden *ret);

/* Do the same as et_golden_case(), but with the record in ET_FORMAT_FIXED. */
int et_golden_case_fixed(size_t n, struct et_golden *ret);

/*
 * Build record number @n and decode it. The event is valid until the next call of a function of
 * this file. Return: 1; 0 if there is no record @n; or a negative errno of the decoder.
 */
int et_golden_event(size_t n, struct et_event *ret);
int et_golden_event_fixed(size_t n, struct et_event *ret);

#endif /* ET_ENCODE_GOLDEN_CASES_H */
