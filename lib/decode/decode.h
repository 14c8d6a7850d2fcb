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

struct et_context;

/* One field of variable length of a decoded event, such as argv. Points into the record. */
struct et_field_view {
	/* the value's bytes, without a terminating 0; NULL: the event has no such field */
	const char *data;
	__u32 size;  /* number of bytes in `data` */
	__u32 orig;  /* length in bytes that the value had before it was cut to its cap */
	__u16 flags; /* flags of the value, such as truncated: enum et_var_flags */
};

/* A decoded event. Its pointers are valid as long as the record's memory. */
struct et_event {
	/* the header: first member of the record's struct, for example struct et_process_exec */
	const struct et_header *hdr;
	/*
	 * The values of variable length. The index is a constant of slots.h, such as
	 * ET_SLOT_process_exec_argv.
	 */
	struct et_field_view vars[ET_VARS_MAX];
	__u64 time_ns; /* wall clock time, nanoseconds since 1970; 0 until et_enrich() sets it */
	/* number of the event in its session, from 0; rejected records have a number too */
	__u64 seq;
	/*
	 * Number of schema generations between the record's layout and today's. It is above 0 only
	 * for records of old recordings. ET_LACKS() uses it.
	 */
	unsigned int older;
	/* while on_event runs, the event's context (lib/encode/context.h); otherwise NULL */
	const struct et_context *context;
};

/*
 * When the event happened, in CLOCK_MONOTONIC nanoseconds. hdr->ts is the time at which the record
 * was made. The record of an exit can be made closing_ns later than the exit: when the connections
 * of the process are closed.
 */
static inline __u64 et_event_ts(const struct et_event *event)
{
	const struct et_header *hdr = event->hdr;

	if (hdr->type != ET_PROCESS_EXIT)
		return hdr->ts;
	return hdr->ts - ((const struct et_process_exit *)hdr)->closing_ns;
}

/*
 * True if a record lacks the fields that schema generation @generation added. @older is the
 * record's et_event.older.
 */
#define ET_LACKS(older, generation) ((older) > ET_GENERATION - (generation))

/**
 * et_decode() - check a record and find its fields
 * @rec:	the record; 8-byte aligned, as the ring aligns it
 * @len:	the record's length in bytes, from the ring or the file
 * @ret:	receives the event; unchanged on failure
 *
 * The record may have any content: sizes, types and counts are checked against @len and the schema.
 * A variable-length field that schema.def does not list for this event type is skipped in
 * ET_FORMAT_VARLEN, and makes the record malformed in ET_FORMAT_FIXED. Does not check the values of
 * the fixed part: an enum's byte may hold any number. Never allocates memory.
 *
 * Return: 0, -EBADMSG for a malformed record, or -EPROTONOSUPPORT for a record of another
 * ET_WIRE_VERSION.
 */
int et_decode(const void *rec, size_t len, struct et_event *ret);

#endif /* ET_DECODE_H */
