/* SPDX-License-Identifier: BSD-2-Clause */
#include <linux/types.h>

#include "bench/micro/micro.h"

#include <stdio.h>
#include <stdlib.h>

#include "bench/micro/records.h"
#include "bench/shim/shim.h"
#include "lib/encode/encode.h"
#include "lib/encode/text.h"

#define BATCH 16

/* @text: the state of the format "text"; NULL for other formats. */
static void encode(struct et_bench *b, const struct et_micro_record *r,
		   const struct et_encoder_ops *ops, struct et_text *text)
{
	struct et_encoder enc;
	size_t size = 0;
	char *buf;

	et_encoder_init(&enc, ops);
	enc.text = text;
	buf = malloc(et_encode_bound(&enc, &r->event));
	if (!buf) {
		et_bench_fail(b, "no memory");
		return;
	}
	while (et_bench_keep_running(b, BATCH)) {
		for (int i = 0; i < BATCH; i++) {
			size = et_encode(&enc, &r->event, buf);
			et_bench_use(buf);
		}
	}
	free(buf);

	/* Bytes of the output line. */
	et_bench_set_bytes_per_item(b, size);
	et_bench_set_counter(b, "line_bytes", (double)size);
}

static void encode_json(struct et_bench *b, const void *arg)
{
	encode(b, arg, &et_json_encoder, NULL);
}

static void encode_ecs(struct et_bench *b, const void *arg)
{
	encode(b, arg, &et_ecs_encoder, NULL);
}

static void encode_text(struct et_bench *b, const void *arg)
{
	const struct et_text_options options = { .fd = -1 };
	struct et_text *text;

	if (et_text_new(&options, &text) < 0) {
		et_bench_fail(b, "no memory");
		return;
	}
	encode(b, arg, &et_text_encoder, text);
	et_text_free(text);
}

void et_micro_register_encode(void)
{
	size_t count;
	const struct et_micro_record *r = et_micro_records(&count);
	char name[96];

	for (size_t i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "encode/json/%s", r[i].name);
		et_bench_register(name, encode_json, &r[i]);
		snprintf(name, sizeof(name), "encode/ecs/%s", r[i].name);
		et_bench_register(name, encode_ecs, &r[i]);
		snprintf(name, sizeof(name), "encode/text/%s", r[i].name);
		et_bench_register(name, encode_text, &r[i]);
	}
}
