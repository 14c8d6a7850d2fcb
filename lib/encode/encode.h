/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a decoded event to bytes for a reader. Each format is one struct et_encoder_ops in a file
 * of its own; the caller says which and gives the buffer:
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

/* A format. */
struct et_encoder_ops {
	const char *name; /* "json": what --format takes */
	/* The most bytes that any event can take: what a sink must be able to reserve. */
	size_t bound_max;
	/* The most bytes that this event can take; cheap, does not look at the bytes. */
	size_t (*bound)(const struct et_event *event);
	/* Writes the event to @buf, which has room for bound(); returns how many bytes it took. */
	size_t (*encode)(struct et_encoder *enc, const struct et_event *event, char *buf);
};

/* An encoder at work. The caller's own memory, without anything to free. */
struct et_encoder {
	const struct et_encoder_ops *ops;
	/* The last second that was printed, so that only its fraction is computed anew. */
	__u64 second;
	char second_text[24];
};

/* JSON, one object and a newline per event; docs/events.md describes it. */
extern const struct et_encoder_ops et_json_encoder;

/**
 * et_encoder_by_name() - find a format
 * @name:	"json"
 *
 * Return: the format, or NULL.
 */
const struct et_encoder_ops *et_encoder_by_name(const char *name);

/* Prepare @enc, whose memory is the caller's, for events in the format @ops. */
void et_encoder_init(struct et_encoder *enc, const struct et_encoder_ops *ops);

/**
 * et_encode_bound() - the room that et_encode() needs
 * @enc:	the encoder
 * @event:	as et_decode() gave it
 *
 * Return: bytes: never fewer than et_encode() writes, usually many more (a byte of a string may
 * take twelve), and never more than enc->ops->bound_max.
 */
static inline size_t et_encode_bound(const struct et_encoder *enc, const struct et_event *event)
{
	return enc->ops->bound(event);
}

/**
 * et_encode() - write one event
 * @enc:	the encoder
 * @event:	as et_decode() gave it, and with time_ns if the enricher was there
 * @buf:	room for et_encode_bound() bytes; all of it may be scribbled on
 *
 * Never allocates, never fails: et_decode() has checked everything.
 *
 * Return: bytes written: one whole line, its newline included, without a terminator.
 */
static inline size_t et_encode(struct et_encoder *enc, const struct et_event *event, char *buf)
{
	return enc->ops->encode(enc, event, buf);
}

#endif /* ET_ENCODE_H */
