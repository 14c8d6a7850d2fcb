/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From bytes of the ring to an event whose every field is known to be inside of them.
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
	__u32 orig;       /* bytes that the field had before it was cut */
	__u16 flags;      /* enum et_var_flags */
};

/* A decoded event. It is a view: it lives as long as the record that it was made from. */
struct et_event {
	const struct et_header *hdr; /* also the fixed part: a struct et_process_fork, ... */
	struct et_field_view vars[ET_VARS_MAX]; /* in the order of the event's ET_VAR rows */
	__u64 time_ns; /* wall clock, nanoseconds since 1970; set by enrich, 0 before */
	/* How many generations its layout is behind today's: ET_LACKS(); 0 for what comes live. */
	unsigned int older;
};

/*
 * When it happened, CLOCK_MONOTONIC nanoseconds. The header says when the record was made: for an
 * exit that is when all was closed that the process had open.
 */
static inline __u64 et_event_ts(const struct et_event *event)
{
	const struct et_header *hdr = event->hdr;

	if (hdr->type != ET_PROCESS_EXIT)
		return hdr->ts;
	return hdr->ts - ((const struct et_process_exit *)hdr)->closing_ns;
}

/* Does a record, with this for et_event.older, lack the fields that there are since @generation? */
#define ET_LACKS(older, generation) ((older) > ET_GENERATION - (generation))

/**
 * et_decode() - check a record and find its fields
 * @rec:	the record; 8-byte aligned, as the ring aligns it
 * @len:	its length in bytes, as the ring or the file gives it
 * @ret:	receives the event; left alone on failure
 *
 * Trusts nothing in the record but its place: sizes, types and counts are checked against @len
 * and the schema. Fields of a type that the schema does not know for this event are skipped. What
 * the fixed part holds is not looked at: in a byte that is an enum there may be anything.
 * Never allocates.
 *
 * Return: 0, or -EBADMSG for a record that lies about itself, -EPROTONOSUPPORT for one of
 * another ET_WIRE_VERSION.
 */
int et_decode(const void *rec, size_t len, struct et_event *ret);

#endif /* ET_DECODE_H */
