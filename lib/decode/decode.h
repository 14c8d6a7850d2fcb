/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks a record from the ring or a file. In the decoded event, every field lies inside the
 * record.
 */
#ifndef ET_DECODE_H
#define ET_DECODE_H

#include <linux/types.h>
#include <stddef.h>

#include "lib/wire/schema.h"

/* One variable-length field of a decoded event. It points into the record. */
struct et_field_view {
	const char *data; /* `size` bytes, not terminated; NULL if the record lacks the field */
	__u32 size;       /* bytes at data */
	__u32 orig;       /* length of the field in bytes before it was cut */
	__u16 flags;      /* enum et_var_flags */
};

/* A decoded event. It is a view: it is valid as long as the record that it points into. */
struct et_event {
	const struct et_header *hdr; /* also the fixed part: a struct et_process_fork, ... */
	struct et_field_view vars[ET_VARS_MAX]; /* in the order of the event's ET_VAR rows */
	__u64 time_ns; /* wall clock, nanoseconds since 1970; set by enrich, 0 before */
	/*
	 * Generations between this record's layout and today's, for ET_LACKS(); 0 for a live
	 * record.
	 */
	unsigned int older;
};

/*
 * When the event happened, in CLOCK_MONOTONIC nanoseconds. The header has the time at which the
 * record was made. For an exit that is later: the program makes the record after the process's
 * connections are closed.
 */
static inline __u64 et_event_ts(const struct et_event *event)
{
	const struct et_header *hdr = event->hdr;

	if (hdr->type != ET_PROCESS_EXIT)
		return hdr->ts;
	return hdr->ts - ((const struct et_process_exit *)hdr)->closing_ns;
}

/* True if a record with this et_event.older lacks the fields that @generation added. */
#define ET_LACKS(older, generation) ((older) > ET_GENERATION - (generation))

/**
 * et_decode() - check a record and find its fields
 * @rec:	the record; 8-byte aligned, as the ring aligns it
 * @len:	its length in bytes, as the ring or the file gives it
 * @ret:	receives the event; left alone on failure
 *
 * Trusts only the address of the record: checks sizes, types and counts against @len and the
 * schema. Skips fields of a type that the schema does not know for this event. Does not check the
 * values of the fixed part: an enum's byte may hold any number. Never allocates.
 *
 * Return: 0, -EBADMSG for a malformed record, or -EPROTONOSUPPORT for a record of another
 * ET_WIRE_VERSION.
 */
int et_decode(const void *rec, size_t len, struct et_event *ret);

#endif /* ET_DECODE_H */
