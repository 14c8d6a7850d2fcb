/* SPDX-License-Identifier: BSD-2-Clause */
#include <linux/types.h>

#include "bench/micro/micro.h"

#include <stdio.h>

#include "bench/micro/records.h"
#include "bench/shim/shim.h"
#include "lib/wire/vars.h"

#define BATCH 64

static void decode(struct et_bench *b, const void *rec, size_t size)
{
	while (et_bench_keep_running(b, BATCH)) {
		for (int i = 0; i < BATCH; i++) {
			struct et_event event;

			if (et_decode(rec, size, &event) < 0) {
				et_bench_fail(b, "the decoder rejects the record");
				return;
			}
			et_bench_use(&event);
		}
	}
	et_bench_set_bytes_per_item(b, size);
	et_bench_set_counter(b, "record_bytes", (double)size);
}

static void decode_varlen(struct et_bench *b, const void *arg)
{
	const struct et_micro_record *r = arg;

	decode(b, r->varlen, r->varlen_size);
}

static void decode_fixed(struct et_bench *b, const void *arg)
{
	const struct et_micro_record *r = arg;

	decode(b, r->fixed, r->fixed_size);
}

/* Measures ET_FOR_EACH_VAR alone. The macro checks sizes, and does not use the schema. */
static void iterate(struct et_bench *b, const void *arg)
{
	const struct et_micro_record *r = arg;
	unsigned int vars = 0;

	while (et_bench_keep_running(b, BATCH)) {
		for (int i = 0; i < BATCH; i++) {
			struct et_var_iter it;

			vars = 0;
			ET_FOR_EACH_VAR (&it, r->varlen, r->varlen_size) {
				et_bench_use(it.data);
				vars++;
			}
			if (it.error) {
				et_bench_fail(b, "the record's sizes are wrong");
				return;
			}
		}
	}
	et_bench_set_bytes_per_item(b, r->varlen_size);
	et_bench_set_counter(b, "vars", vars);
}

void et_micro_register_decode(void)
{
	size_t count;
	const struct et_micro_record *r = et_micro_records(&count);
	char name[96];

	for (size_t i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "decode/varlen/%s", r[i].name);
		et_bench_register(name, decode_varlen, &r[i]);
	}
	for (size_t i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "decode/fixed/%s", r[i].name);
		et_bench_register(name, decode_fixed, &r[i]);
	}

	/*
	 * Records with no field, with one field, and with the largest number of variable-length
	 * fields.
	 */
	et_bench_register("iterate/process-setsid", iterate, et_micro_record("process-setsid"));
	et_bench_register("iterate/process-tty-write/plain:64", iterate,
			  et_micro_record("process-tty-write/plain:64"));
	et_bench_register("iterate/process-exec/arg:0/env", iterate,
			  et_micro_record("process-exec/arg:0/env"));
}
