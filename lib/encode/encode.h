/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Encodes a decoded event as bytes for a reader. Each format is one struct et_encoder_ops in its
 * own file. The caller chooses the format and provides the buffer:
 *
 *	struct et_encoder enc;
 *	char *buf;
 *
 *	et_encoder_init(&enc, et_encoder_by_name("json"));
 *	...
 *	r = et_sink_reserve(sink, et_encode_bound(&enc, &event), &buf);
 *	if (r < 0)
 *		return r;
 *	r = et_sink_commit(sink, et_encode(&enc, &event, buf));
 */
#ifndef ET_ENCODE_H
#define ET_ENCODE_H

#include "lib/decode/decode.h"

struct et_encoder;
struct et_members;
struct et_text;

/* A format. */
struct et_encoder_ops {
	const char *name; /* "json", "text": the value of --format */
	/* The most bytes that any event can take; the sink must be able to reserve as many. */
	size_t bound_max;
	/* The most bytes that this event can take. Cheap: does not read the bytes of strings. */
	size_t (*bound)(const struct et_event *event);
	/* Write the event to @buf, which has room for bound() bytes; return the number written. */
	size_t (*encode)(struct et_encoder *enc, const struct et_event *event, char *buf);
};

/* The state of an encoder. It is in the caller's memory and needs no free. */
struct et_encoder {
	const struct et_encoder_ops *ops;
	/* The last second that was printed. Within it only the fraction is computed again. */
	__u64 second;
	char second_text[24];
	/* For the text format, which needs it before the first event. Stays the caller's. */
	struct et_text *text;
	/* For the JSON format: the members to print; NULL: all. Stays the caller's. */
	const struct et_members *members;
};

/* JSON, one object and a newline per event; docs/events.md describes it. */
extern const struct et_encoder_ops et_json_encoder;

/* The same with et_encoder.members. */
extern const struct et_encoder_ops et_json_members_encoder;

/* Text for people; docs/eventstrace.md describes it. */
extern const struct et_encoder_ops et_text_encoder;

/**
 * et_encoder_by_name() - find a format
 * @name:	"json"
 *
 * Return: the format, or NULL.
 */
const struct et_encoder_ops *et_encoder_by_name(const char *name);

/* Prepare @enc for events in the format @ops. The caller owns the memory. */
void et_encoder_init(struct et_encoder *enc, const struct et_encoder_ops *ops);

/**
 * et_encode_bound() - the room that et_encode() needs
 * @enc:	the encoder
 * @event:	from et_decode()
 *
 * Return: bytes, never fewer than et_encode() writes and never more than enc->ops->bound_max.
 * Usually it is many more, as a byte of a string may take twelve.
 */
static inline size_t et_encode_bound(const struct et_encoder *enc, const struct et_event *event)
{
	return enc->ops->bound(event);
}

/**
 * et_encode() - write one event
 * @enc:	the encoder
 * @event:	from et_decode(); prints the time that an enricher has set in time_ns
 * @buf:	room for et_encode_bound() bytes; the function may write to any of them
 *
 * Never allocates and never fails: et_decode() has checked the record.
 *
 * Return: bytes written: one line with its newline, and no NUL.
 */
static inline size_t et_encode(struct et_encoder *enc, const struct et_event *event, char *buf)
{
	return enc->ops->encode(enc, event, buf);
}

#endif /* ET_ENCODE_H */
