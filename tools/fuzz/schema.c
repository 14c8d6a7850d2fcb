/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Valid records of each layout. The decoder and the encoder make a line, and the reference makes
 * another, which must be equal byte by byte. The input has the contents of the record:
 *
 *	enum how | wall-clock time | number of the layout | header's time | fixed part
 *	and for each variable-length field: number | flags | orig - size | size | bytes
 */
#include <linux/types.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/decode/layouts.h"
#include "lib/decode/record_builder.h"
#include "lib/encode/encode.h"
#include "tools/fuzz/input.h"
#include "tools/fuzz/reference.h"
#include "tools/fuzz/require.h"

enum how {
	OLDER = 1 << 0, /* the layout is of an earlier generation: generation_of() */
	FIXED = 1 << 1, /* laid out as ET_FORMAT_FIXED */
};

/* The generation of the layout. The bits of @how above FIXED choose an earlier one. */
static unsigned int generation_of(unsigned int how)
{
	return how & OLDER ? 1 + (how >> 2) % (ET_GENERATION - 1) : ET_GENERATION;
}

/* Behind those that any field can have, bits that no decoder knows. */
#define FLAGS     0x3fu
#define CUT_FLAGS (ET_VAR_F_TRUNCATED | ET_VAR_F_FAULT | ET_VAR_F_PARTIAL)

static struct et_layouts *layouts[ET_GENERATION + 1];
static unsigned int tops;
static struct et_record rec;

static void set_up(void)
{
	struct ref_layout layout;

	while (reference_layout(tops, ET_GENERATION, &layout))
		tops++;
	for (unsigned int generation = 1; generation <= ET_GENERATION; generation++) {
		require(et_layouts_new(&layouts[generation]) == 0);
		for (unsigned int n = 0; n < tops; n++) {
			require(reference_layout(n, generation, &layout));
			et_layouts_set(layouts[generation], layout.id, generation);
		}
	}
}

static void add_var(struct input *in, unsigned int type)
{
	struct et_var var = { .type = (__u16)type, .flags = take_u8(in) & FLAGS };
	__u32 cap = reference_cap(type), missing = take_u16(in);
	static char data[64 * 1024];

	var.size = take_u16(in);
	if (var.size > cap)
		var.size = cap;
	var.size = (__u32)take(in, data, var.size);
	var.orig = var.size + (var.flags & CUT_FLAGS ? missing : 0);
	et_record_var_raw(&rec, var, data, var.size);
}

/* Return: the generation of the record's layout. */
static unsigned int make_record(struct input *in, unsigned int how, struct ref_layout *layout)
{
	unsigned int generation = generation_of(how), seen = 0;

	require(reference_layout(take_u8(in) % tops, generation, layout));
	memset(&rec.hdr, 0, sizeof(rec.hdr));
	rec.hdr.ts = take_u64(in);
	rec.hdr.size = (__u32)layout->fixed;
	rec.hdr.type = (__u16)layout->id;
	rec.hdr.version = ET_WIRE_VERSION;
	rec.hdr.format = ET_FORMAT_VARLEN;
	rec.hdr.ring = (__u8)layout->ring;
	rec.hdr.fixed = (__u16)layout->fixed;
	take(in, &rec.hdr + 1, layout->fixed - sizeof(rec.hdr));
	while (layout->vars && in->left) {
		unsigned int n = take_u8(in) % layout->vars;

		/* A field occurs at most once in a record. */
		if (seen & 1u << n)
			break;
		seen |= 1u << n;
		add_var(in, layout->var[n]);
	}
	return generation;
}

/* The line's buffer has exactly the size that the encoder requires. */
static void compare(const struct et_event *event, const char *expected, size_t expected_len)
{
	struct et_encoder enc;
	char *line;
	size_t len;

	et_encoder_init(&enc, &et_json_encoder);
	line = malloc(et_encode_bound(&enc, event));
	require(line);
	len = et_encode(&enc, event, line);
	if (len != expected_len || memcmp(line, expected, len) != 0) {
		fprintf(stderr, "encoder:   %.*sreference: %.*s", (int)len, line, (int)expected_len,
			expected);
		require(!"the lines differ");
	}
	free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	struct ref_layout layout;
	struct et_event event;
	const char *expected;
	unsigned int how, generation;
	size_t len;
	__u64 time_ns;
	int r;

	if (!tops)
		set_up();
	how = take_u8(&in);
	time_ns = take_u64(&in);
	generation = make_record(&in, how, &layout);
	len = reference_encode(&rec, generation, time_ns, &expected);
	if (layout.id >= ET_SYNTHETIC) {
		r = et_layouts_decode_synthetic(layouts[generation], &rec, rec.hdr.size, &event);
	} else {
		if (how & FIXED)
			et_record_make_fixed(&rec);
		r = et_layouts_decode(layouts[generation], &rec, rec.hdr.size, &event);
	}
	require(r == 0);
	event.time_ns = time_ns;
	compare(&event, expected, len);
	return 0;
}
