/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Encodes a decoded event as a line of JSON or text. Each format is one struct et_encoder_ops in
 * its own file. The caller chooses the format and provides the buffer:
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

#include <stdbool.h>

#include "lib/decode/decode.h"
#include "lib/include/eventstrace.h"

struct et_ecs_context;
struct et_encoder;
struct et_identity;
struct et_members;
struct et_text;
struct et_trace;

/* Upper bound in bytes of a LOST event, with all its lines, in any format. */
#define ET_ENCODE_LOST_MAX (12 * 1024)

/* An output format: its functions and limits. */
struct et_encoder_ops {
	const char *name; /* the format's name in et_options.format, such as "json" */
	/* Number of lines that an event makes; the last line contains the event itself. */
	unsigned int lines;
	/*
	 * Upper bound in bytes of the longest line that any event can make. A buffer must have this
	 * size.
	 */
	size_t bound_max;
	/*
	 * Upper bound in bytes of this event's line. Fast, because it does not read the bytes of
	 * strings.
	 */
	size_t (*bound)(const struct et_event *event);
	/*
	 * Write the event's line to @buf, which has room for bound() bytes. Return the line's
	 * length.
	 */
	size_t (*encode)(struct et_encoder *enc, const struct et_event *event, char *buf);
	/*
	 * Write the first line of a file to @buf, which has room for ET_HEADER_MAX bytes. Return
	 * the line's length. NULL: the format has no such line.
	 */
	size_t (*header)(const struct et_encoder *enc, char *buf);
	/*
	 * True if all lines of a file together are one JSON array. The header line begins the
	 * array, so each file has exactly one header line, even if the caller did not ask for
	 * header lines.
	 */
	bool is_array;
};

/*
 * An encoder: a format, and the state that the format needs between two events. The caller provides
 * the memory of the struct. The caller also frees some members, as their comments state.
 */
struct et_encoder {
	const struct et_encoder_ops *ops;
	/*
	 * The second of the last printed time, and its text. Reused for other events in the same
	 * second.
	 */
	__u64 second;
	char second_text[24];
	/*
	 * The state of the format "text", from et_text_new(). The caller frees it. NULL for JSON.
	 */
	struct et_text *text;
	/*
	 * The state of the format "trace". The caller allocates it with zeroes, and frees it. NULL:
	 * the output contains no slices, the bars of programs on the time line.
	 */
	struct et_trace *trace;
	/*
	 * The JSON members to print, NULL: all. Only et_json_members_encoder uses it. The caller
	 * frees it.
	 */
	const struct et_members *members;
	/*
	 * Only for the Elastic Common Schema: values about the next event's process, from earlier
	 * events. The caller sets them before each event, and frees them. NULL: none are known.
	 */
	const struct et_ecs_context *context;
	/* the host of the events, which the caller frees; NULL: unknown */
	const struct et_identity *identity;
	enum et_numbers numbers; /* only et_json_members_encoder uses it */
	/* true: each JSON line has time_unix_ns, seq, host and boot_id; needs `identity` */
	bool stamped;
};

/* JSON: writes one object with all members, and a newline. docs/events.md describes the members. */
extern const struct et_encoder_ops et_json_encoder;

/*
 * JSON: writes one object, and a newline. The object has only the members that et_encoder.members
 * selects. et_encoder.numbers selects the form of large numbers.
 */
extern const struct et_encoder_ops et_json_members_encoder;

/* Text for people: writes one line with columns. docs/eventstrace.md describes the columns. */
extern const struct et_encoder_ops et_text_encoder;

/*
 * JSON: writes one document of the Elastic Common Schema, and a newline. docs/ecs.md describes the
 * members.
 */
extern const struct et_encoder_ops et_ecs_encoder;

/*
 * For the bulk API of Elasticsearch: writes a line with the action "create", then the same line as
 * et_ecs_encoder.
 */
extern const struct et_encoder_ops et_es_bulk_encoder;

/* The Trace Event Format: writes the objects of an event, and a newline. */
extern const struct et_encoder_ops et_trace_encoder;

/**
 * et_encoder_by_name() - find a format
 * @name:	"json", "text", "ecs", "es-bulk" or "trace"
 *
 * Return: the format, or NULL.
 */
const struct et_encoder_ops *et_encoder_by_name(const char *name);

/* Prepare @enc to encode events in the format @ops. Nothing needs to be freed afterwards. */
void et_encoder_init(struct et_encoder *enc, const struct et_encoder_ops *ops);

/**
 * et_encode_bound() - the room that et_encode() needs
 * @enc:	the encoder
 * @event:	from et_decode()
 *
 * Return: upper bound of the bytes that et_encode() writes, at most enc->ops->bound_max. Usually
 * much larger than the line, as one byte of a string may become twelve bytes.
 */
static inline size_t et_encode_bound(const struct et_encoder *enc, const struct et_event *event)
{
	return enc->ops->bound(event);
}

/**
 * et_encode() - write one event
 * @enc:	the encoder
 * @event:	from et_decode(); the printed time is event->time_ns, which et_enrich() sets
 * @buf:	room for et_encode_bound() bytes; all of them may be overwritten
 *
 * Never allocates memory and never fails: et_decode() has checked the record.
 *
 * Return: number of bytes of the line, which ends with a newline and has no terminating 0.
 */
static inline size_t et_encode(struct et_encoder *enc, const struct et_event *event, char *buf)
{
	return enc->ops->encode(enc, event, buf);
}

#endif /* ET_ENCODE_H */
