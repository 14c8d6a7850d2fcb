/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A record as a ring or a recording may contain it, for the decoder, the redactor and the encoders.
 * The first byte of the input selects how, and the other bytes are the record. With FIXED, six
 * bytes between them select the damage after the record was converted.
 */
#include <linux/types.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <yyjson.h>

#include "lib/decode/decode.h"
#include "lib/decode/layouts.h"
#include "lib/decode/record_builder.h"
#include "lib/encode/encode.h"
#include "lib/encode/text.h"
#include "lib/include/eventstrace.h"
#include "lib/redact/redact.h"
#include "tools/fuzz/input.h"
#include "tools/fuzz/require.h"

enum {
	MEND = 1 << 0,  /* make the header right as far as it can be: most inputs die of it */
	OLDER = 1 << 1, /* the record is of an earlier generation: layouts_of() */
	TTY = 1 << 2,   /* redact terminal writes, too */
	FIXED = 1 << 3, /* lay it out as ET_FORMAT_FIXED: its slots are larger than inputs */
};

static const struct {
	__u16 fixed;
	__u8 ring;
} events[ET_EVENT_TYPES] = {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING_, doc) \
	[id] = { sizeof(struct et_##name), ET_RING_##RING_ },
#include "lib/wire/schema.def"
};

static struct et_layouts *layouts[ET_GENERATION + 1]; /* by generation */
static struct et_redactor *redactors[2];
static struct et_text *texts[2]; /* lines without a limit, and lines for a narrow terminal */

/* No file has this descriptor, so the width of the terminal is unknown. */
#define FD_OF_NOTHING 1000

static void set_up(void)
{
	static const char *const patterns[] = { "*password*", "--key=?*", "a*b", "" };

	for (unsigned int i = 0; i < 2; i++) {
		const struct et_text_options text = {
			.fd = i ? FD_OF_NOTHING : -1,
			.utc = true,
		};

		require(et_text_new(&text, &texts[i]) == 0);
		require(et_redactor_new(patterns, 3, i, &redactors[i]) == 0);
	}
	for (unsigned int generation = 1; generation <= ET_GENERATION; generation++) {
		require(et_layouts_new(&layouts[generation]) == 0);
		for (unsigned int id = 1; id < ET_EVENT_TYPES; id++)
			et_layouts_set(layouts[generation], id, generation);
		et_layouts_set(layouts[generation], ET_LOST, generation);
	}
}

/* The layouts of a record. The bits of @how above FIXED choose an earlier generation. */
static struct et_layouts *layouts_of(unsigned int how)
{
	return layouts[how & OLDER ? 1 + (how >> 4) % (ET_GENERATION - 1) : ET_GENERATION];
}

static void mend(struct et_header *hdr, size_t len, bool older)
{
	hdr->version = ET_WIRE_VERSION;
	hdr->size = (__u32)len;
	hdr->lane %= ET_LANES;
	if (hdr->format != ET_FORMAT_FIXED)
		hdr->format = ET_FORMAT_VARLEN;
	if (hdr->type == ET_LOST)
		return;
	hdr->type %= ET_EVENT_TYPES;
	if (!older) {
		hdr->fixed = events[hdr->type].fixed;
		hdr->ring = events[hdr->type].ring;
	}
}

/* Target of reads that the compiler must not remove. */
static volatile char byte;

/*
 * Check that each view is inside of the record. Read all its bytes, so that the sanitizer checks
 * them.
 */
static void look(const struct et_event *event, const char *rec, size_t len)
{
	for (unsigned int i = 0; i < ET_VARS_MAX; i++) {
		const struct et_field_view *v = &event->vars[i];

		if (!v->data) {
			require(!v->size);
			continue;
		}
		require(v->data >= rec && v->data + v->size <= rec + len);
		require(v->orig >= v->size);
		for (__u32 at = 0; at < v->size; at++)
			byte = v->data[at];
	}
}

/* Check that the public functions find each field, and that all bytes are inside of the record. */
static void read_fields(const struct et_event *event)
{
	struct et_field field = ET_FIELD_INIT, found = ET_FIELD_INIT;

	while (et_event__next_field(event, &field)) {
		const char *list = field.data, *string;
		size_t left = field.size, size;

		require(et_event__find_field(event, field.path, &found) == 0);
		require(found.data == field.data && found.number == field.number);
		while (field.kind == ET_VALUE_STRINGS &&
		       (string = et_strings__next(&list, &left, &size)))
			require(string + size <= field.data + field.size);
		for (size_t at = 0; field.data && at < field.size; at++)
			byte = field.data[at];
	}
}

/* Encode into a buffer of exactly @bound bytes. Return: bytes of the line. */
static size_t encode(const struct et_event *event, size_t bound)
{
	struct et_encoder enc;
	char *line = malloc(bound);
	size_t len;

	require(line && bound <= et_json_encoder.bound_max);
	et_encoder_init(&enc, &et_json_encoder);
	len = et_encode(&enc, event, line);
	require(len > 2 && len <= bound);
	require(line[0] == '{' && line[len - 2] == '}' && line[len - 1] == '\n');
	require(!memchr(line, '\n', len - 1));
	free(line);
	return len;
}

/*
 * Encode as text, for a narrow terminal or without a limit. The result is one line without control
 * characters.
 */
static void encode_text(const struct et_event *event, bool narrow)
{
	struct et_encoder enc;
	size_t bound, len;
	char *line;

	et_encoder_init(&enc, &et_text_encoder);
	enc.text = texts[narrow];
	bound = et_encode_bound(&enc, event);
	line = malloc(bound);
	require(line && bound <= et_text_encoder.bound_max);
	len = et_encode(&enc, event, line);
	require(len && len <= bound && line[len - 1] == '\n');
	for (size_t i = 0; i < len - 1; i++)
		require((unsigned char)line[i] >= 0x20 && line[i] != 0x7f);
	free(line);
}

/* Encode as a document of the Elastic Common Schema. The result is valid JSON within its bound. */
static void encode_ecs(const struct et_event *event)
{
	struct et_encoder enc;
	size_t bound, len;
	yyjson_doc *doc;
	char *line;

	et_encoder_init(&enc, &et_ecs_encoder);
	bound = et_encode_bound(&enc, event);
	line = malloc(bound);
	require(line && bound <= et_ecs_encoder.bound_max);
	len = et_encode(&enc, event, line);
	require(len && len <= bound && memchr(line, '\n', len) == line + len - 1);
	doc = yyjson_read(line, len, 0);
	require(doc);
	yyjson_doc_free(doc);
	free(line);
}

/* Check that the redacted record is valid and not larger, and that its line fits into the bound. */
static void redact(struct et_layouts *l, struct et_redactor *redactor, const struct et_header *hdr,
		   size_t len, size_t bound)
{
	const struct et_header *clean = et_redact(redactor, hdr, len);
	struct et_event event;
	struct et_header *copy;

	require(clean);
	if (clean == hdr)
		return;
	require(clean->size <= len);
	copy = malloc(clean->size);
	require(copy);
	memcpy(copy, clean, clean->size);
	require(et_layouts_decode(l, copy, copy->size, &event) == 0);
	look(&event, (const char *)copy, copy->size);
	require(et_encode_bound(&(struct et_encoder){ .ops = &et_json_encoder }, &event) <= bound);
	encode(&event, bound);
	free(copy);
}

static void try_record(const char *rec, size_t len, unsigned int how)
{
	struct et_layouts *l = layouts_of(how);
	const struct et_header *hdr = (const void *)rec;
	struct et_event event = { .time_ns = 1 };
	size_t bound;
	int r;

	if (len >= sizeof(*hdr) && hdr->type == ET_LOST)
		r = et_layouts_decode_synthetic(l, rec, len, &event);
	else
		r = et_layouts_decode(l, rec, len, &event);
	if (r < 0) {
		require(r == -EBADMSG || r == -EPROTONOSUPPORT);
		require(event.time_ns == 1 && !event.hdr && !event.vars[0].data);
		return;
	}
	look(&event, rec, len);
	read_fields(&event);
	bound = et_encode_bound(&(struct et_encoder){ .ops = &et_json_encoder }, &event);
	encode(&event, bound);
	encode_text(&event, how & TTY);
	encode_ecs(&event);
	if (event.hdr->type < ET_EVENT_TYPES)
		redact(l, redactors[!!(how & TTY)], hdr, len, bound);
}

/*
 * Copy the record to memory that ends with it, so that the sanitizer detects reads after the end.
 */
static void try_copy(const void *data, size_t len, unsigned int how)
{
	char *rec = malloc(len ? len : 1);

	require(rec);
	memcpy(rec, data, len);
	if ((how & MEND) && len >= sizeof(struct et_header))
		mend((struct et_header *)rec, len, how & OLDER);
	try_record(rec, len, how);
	free(rec);
}

static void try_fixed(struct input *in, unsigned int how)
{
	static struct et_record rec;
	struct et_event event;
	__u32 cut = take_u16(in), at = take_u16(in);
	__u8 what = take_u8(in), to = take_u8(in);
	size_t len = take(in, rec.bytes, in->left);

	if (et_layouts_decode(layouts[ET_GENERATION], rec.bytes, len, &event) < 0 ||
	    rec.hdr.format != ET_FORMAT_VARLEN)
		return;
	et_record_make_fixed(&rec);
	len = rec.hdr.size - cut % (rec.hdr.size + 1);
	if (at && len)
		rec.bytes[at % len] = (what & 1) ? rec.bytes[at % len] ^ to : to;
	try_copy(rec.bytes, len, how);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	unsigned int how = take_u8(&in);

	if (!layouts[ET_GENERATION])
		set_up();
	if (how & FIXED)
		try_fixed(&in, how);
	else
		try_copy(in.data, in.left, how);
	return 0;
}
