/* SPDX-License-Identifier: BSD-2-Clause */
#include <linux/types.h>

#include "bench/micro/micro.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/micro/memory_ring.h"
#include "bench/micro/records.h"
#include "bench/shim/shim.h"
#include "lib/decode/decode.h"
#include "lib/encode/encode.h"
#include "lib/ring/ring.h"
#include "lib/sink/sink.h"

/* As in a session. */
#define RING_SIZE (4UL * 1024 * 1024)
#define BATCH     256

/* The stages that each record passes. */
struct stages {
	struct et_encoder enc;
	struct et_sink *sink;
	size_t bytes;
};

static int only_count(void *ctx, const void *data, size_t len, unsigned int ring_class)
{
	struct stages *s = ctx;

	(void)data;
	(void)ring_class;
	s->bytes += len;
	return 0;
}

static int all_stages(void *ctx, const void *data, size_t len, unsigned int ring_class)
{
	struct stages *s = ctx;
	struct et_event event;
	char *buf;
	int r;

	(void)ring_class;
	s->bytes += len;
	r = et_decode(data, len, &event);
	if (r < 0)
		return r;
	r = et_sink_reserve(s->sink, et_encode_bound(&s->enc, &event), &buf);
	if (r < 0)
		return r;
	return et_sink_commit(s->sink, et_encode(&s->enc, &event, buf));
}

/* Reads the full ring until it is empty, again and again. */
static void consume(struct et_bench *b, const void *rec, size_t size, et_ring_fn fn,
		    struct stages *s)
{
	struct et_rings *rings = NULL;
	struct et_memory_ring ring;
	__u64 items = 0;

	if (et_memory_ring_init(&ring, RING_SIZE, rec, size) < 0) {
		et_bench_fail(b, "no memory for a ring");
		return;
	}
	if (et_rings__new(NULL, fn, s, &rings) < 0 ||
	    et_rings__add_memory(rings, &ring.consumer, &ring.producer, ring.data, ring.size, 0,
				 -1) < 0) {
		et_bench_fail(b, "no reader");
		goto out;
	}

	while (et_bench_keep_running(b, ring.records)) {
		int r;

		et_memory_ring_rewind(&ring);
		while ((r = et_rings__consume(rings, BATCH)) > 0)
			;
		if (r < 0) {
			et_bench_fail(b, "the reader failed on a record");
			goto out;
		}
		items += ring.records;
	}
	if (s->bytes != items * size) {
		et_bench_fail(b, "the reader missed a record");
		goto out;
	}
	et_bench_set_bytes_per_item(b, size);
	et_bench_set_counter(b, "record_bytes", (double)size);

out:
	et_rings__free(rings);
	et_memory_ring_free(&ring);
}

/* Sizes of records whose bytes are not read. */
static const size_t record_sizes[] = { 136, 10240 };

static void consume_bytes(struct et_bench *b, const void *arg)
{
	const size_t *size = arg;
	struct stages s = { .bytes = 0 };
	char *rec = calloc(1, *size);

	if (!rec) {
		et_bench_fail(b, "no memory");
		return;
	}
	consume(b, rec, *size, only_count, &s);
	free(rec);
}

/* All stages between the ring and the file, except for the wall clock. */
static void consume_to_null(struct et_bench *b, const void *rec, size_t size)
{
	struct stages s = { .bytes = 0 };
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || et_fd_sink_new(fd, et_json_encoder.bound_max, false, &s.sink) < 0) {
		et_bench_fail(b, "no sink");
	} else {
		et_encoder_init(&s.enc, &et_json_encoder);
		consume(b, rec, size, all_stages, &s);
	}
	et_sink_free(s.sink);
	if (fd >= 0)
		close(fd);
}

static void pipeline_varlen(struct et_bench *b, const void *arg)
{
	const struct et_micro_record *r = arg;

	consume_to_null(b, r->varlen, r->varlen_size);
}

static void pipeline_fixed(struct et_bench *b, const void *arg)
{
	const struct et_micro_record *r = arg;

	consume_to_null(b, r->fixed, r->fixed_size);
}

void et_micro_register_ring(void)
{
	et_bench_register("consume/bytes:136", consume_bytes, &record_sizes[0]);
	et_bench_register("consume/bytes:10240", consume_bytes, &record_sizes[1]);

	et_bench_register("pipeline/varlen/process-tty-write/plain:1", pipeline_varlen,
			  et_micro_record("process-tty-write/plain:1"));
	et_bench_register("pipeline/varlen/process-exec/arg:10000", pipeline_varlen,
			  et_micro_record("process-exec/arg:10000"));
	et_bench_register("pipeline/fixed/process-tty-write/plain:1", pipeline_fixed,
			  et_micro_record("process-tty-write/plain:1"));
	et_bench_register("pipeline/fixed/process-exec/arg:10000", pipeline_fixed,
			  et_micro_record("process-exec/arg:10000"));
}
