/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Turns records into lines of JSON, as eventstrace --replay --identity prints them: with the
 * members time_unix_ns, seq, host and boot_id.
 */
#ifndef TOOLS_SHIP_LINES_H
#define TOOLS_SHIP_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/ship/folder.h"

struct ship_lines;

/* A line, valid until the next call for the same object. */
struct ship_line {
	const char *text; /* ends with a newline, and has no terminating 0 */
	size_t len;
	uint64_t seq; /* number of the event in its session */
	bool is_cut;  /* values were cut: ship_lines__set_max() */
};

/**
 * ship_lines__new() - prepare the conversion
 * @host:	name of the host for all events; NULL: the name in the segment
 * @ret:	receives the object; the caller frees it with ship_lines__free()
 *
 * Return: 0 or -ENOMEM.
 */
int ship_lines__new(const char *host, struct ship_lines **ret);

/*
 * Cut values of an event if its line would have more than @size bytes, with the newline: first its
 * environment, then its arguments (shorten.h). @size is at least SHIP_LINE_MIN.
 */
void ship_lines__set_max(struct ship_lines *lines, size_t size);

/**
 * ship_lines__encode() - make the line of a record
 * @lines:	the object
 * @item:	the record, and its segment
 * @ret:	receives the line
 *
 * Return: 0, or -EBADMSG if the decoder rejects the record.
 */
int ship_lines__encode(struct ship_lines *lines, const struct ship_item *item,
		       struct ship_line *ret);

/* NULL is allowed. */
void ship_lines__free(struct ship_lines *lines);

#endif /* TOOLS_SHIP_LINES_H */
