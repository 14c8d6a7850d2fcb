/* SPDX-License-Identifier: BSD-2-Clause */
#include <linux/types.h>

#include "bench/micro/micro.h"

#include <fcntl.h>
#include <linux/bpf.h>
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

/* The same values as in a session. */
#define RING_SIZE (4UL * 1024 * 1024)
#define BATCH     256

#define SHARDS_MAX 16

/* The stages after the ring. */
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

/* The rings of a class. Together they have RING_SIZE bytes. */
struct shards {
	struct et_memory_ring rings[SHARDS_MAX];
	unsigned int count;
	__u64 records; /* number of records in all rings */
};

/*
 * Make full rings. The records' times alternate between the rings, so the reader changes to another
 * ring after each record.
 */
static int make_shards(struct shards *s, unsigned int count, const void *rec, size_t size)
{
	const size_t step = (BPF_RINGBUF_HDR_SZ + size + 7) & ~(size_t)7;

	for (; s->count < count; s->count++) {
		struct et_memory_ring *ring = &s->rings[s->count];
		int r = et_memory_ring_init(ring, RING_SIZE / count, rec, size);

		if (r < 0)
			return r;
		for (unsigned int i = 0; count > 1 && i < ring->records; i++) {
			__u64 time = (__u64)i * count + s->count + 1;

			memcpy(ring->data + i * step + BPF_RINGBUF_HDR_SZ, &time, sizeof(time));
		}
		s->records += ring->records;
	}
	return 0;
}

static void free_shards(struct shards *s)
{
	for (unsigned int i = 0; i < s->count; i++)
		et_memory_ring_free(&s->rings[i]);
}

/* Read full rings until they are empty, repeatedly. */
static void consume_shards(struct et_bench *b, const void *rec, size_t size, unsigned int count,
			   et_ring_fn fn, struct stages *s)
{
	struct et_rings *rings = NULL;
	struct shards shards = { .count = 0 };
	__u64 items = 0;
	int r;

	r = make_shards(&shards, count, rec, size);
	if (r == 0)
		r = et_rings__new(NULL, fn, s, &rings);
	for (unsigned int i = 0; i < shards.count && r == 0; i++) {
		struct et_memory_ring *ring = &shards.rings[i];

		r = et_rings__add_memory(rings, &ring->consumer, &ring->producer, ring->data,
					 ring->size, 0, -1);
	}
	if (r < 0) {
		et_bench_fail(b, "no rings or no reader");
		goto out;
	}

	while (et_bench_keep_running(b, shards.records)) {
		for (unsigned int i = 0; i < shards.count; i++)
			et_memory_ring_rewind(&shards.rings[i]);
		while ((r = et_rings__consume(rings, BATCH)) > 0)
			;
		if (r < 0) {
			et_bench_fail(b, "the reader failed on a record");
			goto out;
		}
		items += shards.records;
	}
	if (s->bytes != items * size) {
		et_bench_fail(b, "the reader missed a record");
		goto out;
	}
	et_bench_set_bytes_per_item(b, size);
	et_bench_set_counter(b, "record_bytes", (double)size);

out:
	et_rings__free(rings);
	free_shards(&shards);
}

static void consume(struct et_bench *b, const void *rec, size_t size, et_ring_fn fn,
		    struct stages *s)
{
	consume_shards(b, rec, size, 1, fn, s);
}

/* Sizes of records. Only the ring's code is measured, so the contents do not matter. */
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

/* Numbers of rings, as with --ring-shards. */
static const unsigned int shard_counts[] = { 4, SHARDS_MAX };

static void consume_many(struct et_bench *b, const void *arg)
{
	const unsigned int *count = arg;
	struct stages s = { .bytes = 0 };
	char rec[136] = { 0 };

	consume_shards(b, rec, sizeof(rec), *count, only_count, &s);
}

/* Measures all stages from the rings to the file, but without reading the wall clock. */
static void shards_to_null(struct et_bench *b, const void *rec, size_t size, unsigned int count)
{
	struct stages s = { .bytes = 0 };
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || et_fd_sink_new(fd, et_json_encoder.bound_max, false, &s.sink) < 0) {
		et_bench_fail(b, "no sink");
	} else {
		et_encoder_init(&s.enc, &et_json_encoder);
		consume_shards(b, rec, size, count, all_stages, &s);
	}
	et_sink_free(s.sink);
	if (fd >= 0)
		close(fd);
}

static void consume_to_null(struct et_bench *b, const void *rec, size_t size)
{
	shards_to_null(b, rec, size, 1);
}

static void pipeline_shards(struct et_bench *b, const void *arg)
{
	const struct et_micro_record *r = et_micro_record("process-tty-write/plain:1");
	const unsigned int *count = arg;

	shards_to_null(b, r->varlen, r->varlen_size, *count);
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
	et_bench_register("consume/shards:4/bytes:136", consume_many, &shard_counts[0]);
	et_bench_register("consume/shards:16/bytes:136", consume_many, &shard_counts[1]);

	et_bench_register("pipeline/varlen/process-tty-write/plain:1", pipeline_varlen,
			  et_micro_record("process-tty-write/plain:1"));
	et_bench_register("pipeline/varlen/process-exec/arg:10000", pipeline_varlen,
			  et_micro_record("process-exec/arg:10000"));
	et_bench_register("pipeline/shards:4/process-tty-write/plain:1", pipeline_shards,
			  &shard_counts[0]);
	et_bench_register("pipeline/shards:16/process-tty-write/plain:1", pipeline_shards,
			  &shard_counts[1]);
	et_bench_register("pipeline/fixed/process-tty-write/plain:1", pipeline_fixed,
			  et_micro_record("process-tty-write/plain:1"));
	et_bench_register("pipeline/fixed/process-exec/arg:10000", pipeline_fixed,
			  et_micro_record("process-exec/arg:10000"));
}
