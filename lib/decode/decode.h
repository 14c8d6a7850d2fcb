/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks a record from a BPF ring buffer or a recording, and finds its fields. Every field of a
 * decoded event lies inside the record.
 */
#ifndef ET_DECODE_H
#define ET_DECODE_H

#include <linux/types.h>
#include <stddef.h>

#include "lib/wire/schema.h"

/* One variable-length field of a decoded event, such as argv. Points into the record. */
struct et_field_view {
	const char *data; /* the field's bytes, without a terminating 0; NULL: no such field */
	__u32 size;       /* number of bytes at data */
	__u32 orig;       /* length of the field in bytes before it was cut */
	__u16 flags;      /* enum et_var_flags */
};

/* A decoded event. Its pointers are valid as long as the record. */
struct et_event {
	const struct et_header *hdr; /* begin of the record, such as a struct et_process_fork */
	/* The variable-length fields, indexed by ET_SLOT_process_exec_argv etc. of slots.h. */
	struct et_field_view vars[ET_VARS_MAX];
	__u64 time_ns; /* wall clock time, nanoseconds since 1970; 0 until et_enrich() sets it */
	/*
	 * Number of schema generations between the record's layout and today's, for ET_LACKS(). 0
	 * unless the record is from an old recording.
	 */
	unsigned int older;
};

/*
 * When the event happened, in CLOCK_MONOTONIC nanoseconds. hdr->ts is the time at which the record
 * was made. A process's exit happens earlier: its record is made after its connections are closed.
 */
static inline __u64 et_event_ts(const struct et_event *event)
{
	const struct et_header *hdr = event->hdr;

	if (hdr->type != ET_PROCESS_EXIT)
		return hdr->ts;
	return hdr->ts - ((const struct et_process_exit *)hdr)->closing_ns;
}

/*
 * True if a record with et_event.older == @older lacks the fields that the schema's @generation
 * added.
 */
#define ET_LACKS(older, generation) ((older) > ET_GENERATION - (generation))

/**
 * et_decode() - check a record and find its fields
 * @rec:	the record; 8-byte aligned, as the ring aligns it
 * @len:	the record's length in bytes, from the ring or the file
 * @ret:	receives the event; unchanged on failure
 *
 * The record may have any content: sizes, types and counts are checked against @len and the schema.
 * Skips fields that the schema does not have for this event. Does not check the values of the fixed
 * part: an enum's byte may hold any number. Never allocates memory.
 *
 * Return: 0, -EBADMSG for a malformed record, or -EPROTONOSUPPORT for a record of another
 * ET_WIRE_VERSION.
 */
int et_decode(const void *rec, size_t len, struct et_event *ret);

#endif /* ET_DECODE_H */
