/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests the reader with BPF ring buffers, and the counters, on the running kernel: needs root. */
#include <errno.h>
#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <cmocka.h>

#include "lib/kernel/insn.h"
#include "lib/attach/memory.h"
#include "lib/counters/bpf_counters.h"
#include "lib/ring/ring.h"

#define RING_SIZE 65536

struct fixture {
	int map;
	int prog;  /* BPF program: adds 1 to the number in `count`, and writes it into the ring */
	int count; /* BPF map with one number of 8 bytes: how often the program has run */
	volatile __u32 sleeping;
	struct et_rings *rings;
	unsigned int seen;
	bool wrong;
};

static int on_record(void *ctx, const void *data, size_t len, unsigned int ring_class)
{
	struct fixture *f = ctx;
	__u64 number;

	memcpy(&number, data, sizeof(number));
	if (len != sizeof(number) || number != ++f->seen || ring_class != 1)
		f->wrong = true;
	return 0;
}

#define LOAD_MAP(dst, fd) \
	ET_INSN(BPF_LD | BPF_DW | BPF_IMM, dst, BPF_PSEUDO_MAP_FD, 0, fd), ET_INSN(0, 0, 0, 0, 0)

/* Load the program. Its context contains the flags for bpf_ringbuf_output(). */
static int load(int ring, int count)
{
	const struct bpf_insn insns[] = {
		ET_INSN_LOAD64(BPF_REG_7, BPF_REG_1, 0), /* flags of bpf_ringbuf_output() */
		ET_INSN(BPF_ST | BPF_MEM | BPF_W, BPF_REG_10, 0, -4, 0),
		ET_INSN_MOV(BPF_REG_2, BPF_REG_10),
		ET_INSN_ADD_IMM(BPF_REG_2, -4),
		LOAD_MAP(BPF_REG_1, count),
		ET_INSN_CALL(BPF_FUNC_map_lookup_elem),
		ET_INSN(BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, 9, 0),
		ET_INSN_LOAD64(BPF_REG_1, BPF_REG_0, 0),
		ET_INSN_ADD_IMM(BPF_REG_1, 1),
		ET_INSN_STORE64(BPF_REG_0, 0, BPF_REG_1),
		ET_INSN_MOV(BPF_REG_2, BPF_REG_0),
		LOAD_MAP(BPF_REG_1, ring),
		ET_INSN_MOV_IMM(BPF_REG_3, 8),
		ET_INSN_MOV(BPF_REG_4, BPF_REG_7),
		ET_INSN_CALL(BPF_FUNC_ringbuf_output),
		ET_INSN_MOV_IMM(BPF_REG_0, 0),
		ET_INSN_EXIT(),
	};

	return bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "et_test", "GPL", insns,
			     sizeof(insns) / sizeof(insns[0]), NULL);
}

static void put(struct fixture *f, int n, __u64 flags)
{
	LIBBPF_OPTS(bpf_test_run_opts, run, .ctx_in = &flags, .ctx_size_in = sizeof(flags));

	while (n-- > 0)
		assert_int_equal(bpf_prog_test_run_opts(f->prog, &run), 0);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->map = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "et_test", 0, 0, RING_SIZE, NULL);
	assert_return_code(f->map, -f->map);
	f->count = bpf_map_create(BPF_MAP_TYPE_ARRAY, "et_test", 4, 8, 1, NULL);
	assert_return_code(f->count, -f->count);
	f->prog = load(f->map, f->count);
	assert_return_code(f->prog, -f->prog);
	assert_int_equal(et_rings__new(&f->sleeping, on_record, f, &f->rings), 0);
	assert_int_equal(et_rings__add_map(f->rings, f->map, RING_SIZE, 1), 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	et_rings__free(f->rings);
	close(f->prog);
	close(f->count);
	close(f->map);
	free(f);
	return 0;
}

static void test_records_of_a_program(void **state)
{
	struct fixture *f = *state;
	int r;

	/* Write three times as many bytes as the ring has. */
	for (int i = 0; i < 30; i++) {
		put(f, RING_SIZE / 10 / 16, BPF_RB_NO_WAKEUP);
		while ((r = et_rings__consume(f->rings, 1000)) > 0)
			;
		assert_int_equal(r, 0);
	}
	assert_int_equal(f->seen, 30 * (RING_SIZE / 10 / 16));
	assert_false(f->wrong);
	assert_true(et_rings__empty(f->rings));
}

/* The reader gives room back: after a full ring was read, the program can write records again. */
static void test_full(void **state)
{
	struct fixture *f = *state;
	unsigned int fits = RING_SIZE / 16 - 1; /* the kernel may leave the last 16 bytes free */

	put(f, RING_SIZE / 16 + 100, BPF_RB_NO_WAKEUP);
	while (et_rings__consume(f->rings, 1000) > 0)
		;
	assert_in_range(f->seen, fits, fits + 1);
	assert_false(f->wrong);
	f->seen = RING_SIZE / 16 + 100; /* the program also numbers records that did not fit */
	put(f, 1, BPF_RB_NO_WAKEUP);
	assert_int_equal(et_rings__consume(f->rings, 1000), 1);
	assert_false(f->wrong);
}

static void test_woken_only_when_told(void **state)
{
	struct fixture *f = *state;

	assert_true(et_rings__prepare_sleep(f->rings));
	assert_int_equal(f->sleeping, 1);
	put(f, 1, BPF_RB_NO_WAKEUP);
	assert_int_equal(et_rings__wait(f->rings, 50), 0);
	put(f, 1, BPF_RB_FORCE_WAKEUP);
	assert_int_equal(et_rings__wait(f->rings, 5000), 1);
	assert_int_equal(et_rings__stats(f->rings)->wakeups, 1);
	assert_int_equal(et_rings__consume(f->rings, 1000), 2);
	assert_int_equal(f->sleeping, 0);

	/* A new record does not end a nap: only the timer of the nap wakes the reader. */
	et_rings__nap(f->rings, 1000 * 1000);
	put(f, 1, BPF_RB_NO_WAKEUP);
	assert_int_equal(et_rings__wait(f->rings, 5000), 1);
	assert_int_equal(et_rings__stats(f->rings)->wakeups, 1);
}

static void test_locked(void **state)
{
	struct fixture *f = *state;
	__u64 ring = 0, array = 0;

	assert_int_equal(et_memory__map(f->map, &ring), 0);
	assert_int_equal(et_memory__map(f->count, &array), 0);
	assert_in_range(ring, RING_SIZE + 3 * 4096, 2 * RING_SIZE + 16 * 4096);
	assert_in_range(array, 8, 4096);
	assert_true(et_memory__map(-1, &ring) < 0);
}

#define SHARDS 4

static int percpu_map(size_t size, __u32 entries)
{
	return bpf_map_create(BPF_MAP_TYPE_PERCPU_ARRAY, "et_test", 4, (__u32)size, entries, NULL);
}

/* Counters by event type are summed over all shards. Each lane is read separately. */
static void test_sums(void **state)
{
	int cpus = et_bpf_counters__possible_cpus();
	struct et_counters sums[ET_EVENT_TYPES];
	const size_t lane_step = (sizeof(struct et_lane) + 7) & ~7UL;
	const size_t overflow_step = (sizeof(struct et_overflow) + 7) & ~7UL;
	struct et_bpf_counter_maps maps = { 0 }, no_counts;
	struct et_bpf_counters *accounts = NULL, *broken = NULL;
	struct et_loss_counts losses = { 0 };
	struct et_shard shard = { 0 };
	char *values;

	(void)state;
	assert_true(cpus > 0);
	values = calloc((size_t)cpus, lane_step + overflow_step);
	maps.lanes = percpu_map(sizeof(struct et_lane), ET_LANES);
	maps.overflow = percpu_map(sizeof(struct et_overflow), 1);
	maps.losses = bpf_map_create(BPF_MAP_TYPE_ARRAY, "et_test", 4, sizeof(losses), 1, NULL);
	maps.counts = bpf_map_create(BPF_MAP_TYPE_ARRAY, "et_test", 4, sizeof(shard), SHARDS, NULL);
	for (__u32 key = 0; key < ET_LANES; key++) {
		for (int cpu = 0; cpu < cpus; cpu++) {
			struct et_lane *lane = (void *)(values + (size_t)cpu * lane_step);

			lane->seq[ET_RING_LIFECYCLE] = 1 + key;
			lane->lost[ET_RING_LIFECYCLE] = key;
		}
		assert_int_equal(bpf_map_update_elem(maps.lanes, &key, values, BPF_ANY), 0);
	}
	memset(values, 0, (size_t)cpus * (lane_step + overflow_step));
	for (int cpu = 0; cpu < cpus; cpu++) {
		struct et_overflow *o = (void *)(values + (size_t)cpu * overflow_step);

		o->lost[ET_LOST_CAUSE_SEGMENTS][ET_RING_BULK] = 5 + (__u64)cpu;
	}
	losses.lost[2][ET_LOST_CAUSE_FAULT] = 6;
	losses.refused[ET_TABLES - 1] = 7;
	assert_int_equal(bpf_map_update_elem(maps.losses, &(__u32){ 0 }, &losses, BPF_ANY), 0);
	assert_int_equal(bpf_map_update_elem(maps.overflow, &(__u32){ 0 }, values, BPF_ANY), 0);
	for (__u32 key = 0; key < SHARDS; key++) {
		shard.counts[1].sent = 10 + key;
		shard.counts[1].lost = 1;
		shard.counts[1].bytes = 1ULL << 40;
		shard.counts[2].filtered = 3;
		shard.counts[ET_EVENT_TYPES - 1].truncated = key + 1;
		assert_int_equal(bpf_map_update_elem(maps.counts, &key, &shard, BPF_ANY), 0);
	}

	assert_int_equal(et_bpf_counters__new(&maps, &accounts), 0);
	assert_int_equal(et_bpf_counters__cpus(accounts), cpus);
	et_bpf_counters__sum(accounts, sums);
	assert_int_equal(sums[1].attempted, 0);
	assert_true(et_bpf_counters__settled(accounts));
	assert_int_equal(et_bpf_counters__take(accounts), 0);
	et_bpf_counters__sum(accounts, sums);
	assert_int_equal(sums[1].sent, 10 + 11 + 12 + 13);
	assert_int_equal(sums[1].lost, SHARDS);
	assert_int_equal(sums[1].attempted, 10 + 11 + 12 + 13 + SHARDS);
	assert_int_equal(sums[1].bytes, 4ULL << 40);
	assert_int_equal(sums[2].filtered, SHARDS * 3);
	assert_int_equal(sums[2].attempted, 0);
	assert_int_equal(sums[ET_EVENT_TYPES - 1].truncated, 1 + 2 + 3 + 4);

	for (int cpu = 0; cpu < cpus; cpu++) {
		for (__u32 i = 0; i < ET_LANES; i++) {
			const struct et_lane *lane = et_bpf_counters__lane(accounts, cpu, i);

			assert_int_equal(lane->seq[ET_RING_LIFECYCLE], 1 + i);
			assert_int_equal(lane->lost[ET_RING_LIFECYCLE], i);
		}
		assert_int_equal(et_bpf_counters__overflow(accounts, cpu)
					 ->lost[ET_LOST_CAUSE_SEGMENTS][ET_RING_BULK],
				 5 + cpu);
	}
	assert_memory_equal(et_bpf_counters__losses(accounts), &losses, sizeof(losses));
	et_bpf_counters__free(accounts);

	no_counts = maps;
	no_counts.counts = -1;
	assert_true(et_bpf_counters__new(&no_counts, &broken) < 0);
	assert_null(broken);
	no_counts = maps;
	no_counts.overflow = -1;
	assert_int_equal(et_bpf_counters__new(&no_counts, &broken), 0);
	assert_true(et_bpf_counters__take(broken) < 0);
	et_bpf_counters__free(broken);
	no_counts = maps;
	no_counts.losses = -1;
	assert_int_equal(et_bpf_counters__new(&no_counts, &broken), 0);
	assert_true(et_bpf_counters__take(broken) < 0);
	et_bpf_counters__free(broken);
	close(maps.lanes);
	close(maps.overflow);
	close(maps.losses);
	close(maps.counts);
	free(values);
}

/*
 * Counters are settled (final) if each used sequence number belongs to a sent or lost event, and no
 * program holds a lane.
 */
static void test_settled(void **state)
{
	int cpus = et_bpf_counters__possible_cpus();
	size_t size = (size_t)cpus * sizeof(struct et_lane);
	struct et_lane *lanes = calloc(1, size);
	struct et_overflow *overflow = calloc((size_t)cpus, sizeof(*overflow));
	struct et_shard shard = { 0 };
	struct et_bpf_counters *accounts = NULL;
	struct et_bpf_counter_maps maps = {
		.lanes = percpu_map(sizeof(*lanes), ET_LANES),
		.overflow = percpu_map(sizeof(*overflow), 1),
		.losses = bpf_map_create(BPF_MAP_TYPE_ARRAY, "et_test", 4,
					 sizeof(struct et_loss_counts), 1, NULL),
		.counts = bpf_map_create(BPF_MAP_TYPE_ARRAY, "et_test", 4, sizeof(shard), 1, NULL),
	};
	__u32 zero = 0, last = ET_LANES - 1;

	(void)state;
	assert_int_equal(et_bpf_counters__new(&maps, &accounts), 0);
#define SETTLED(is)                                                                          \
	do {                                                                                 \
		assert_int_equal(bpf_map_update_elem(maps.lanes, &last, lanes, 0), 0);       \
		assert_int_equal(bpf_map_update_elem(maps.overflow, &zero, overflow, 0), 0); \
		assert_int_equal(bpf_map_update_elem(maps.counts, &zero, &shard, 0), 0);     \
		assert_int_equal(et_bpf_counters__take(accounts), 0);                        \
		assert_int_equal(et_bpf_counters__settled(accounts), is);                    \
	} while (0)
	SETTLED(true);
	lanes[cpus - 1].seq[ET_RING_LIFECYCLE] = 3;
	SETTLED(false);
	shard.counts[ET_PROCESS_FORK].sent = 1;
	shard.counts[ET_PROCESS_EXEC].lost = 2;
	SETTLED(true);
	lanes[cpus - 1].busy = 1;
	SETTLED(false);
	lanes[cpus - 1].busy = 0;
	/* One record too many in one ring does not hide one that is missing in the other ring. */
	shard.counts[ET_PROCESS_FORK].sent = 0;
	shard.counts[ET_FILE_CREATE].sent = 1;
	SETTLED(false);
	shard.counts[ET_PROCESS_FORK].sent = 1;
	SETTLED(false);
	overflow[0].lost[ET_LOST_CAUSE_PENDING_FULL][ET_RING_BULK] = 1;
	SETTLED(true);
#undef SETTLED
	et_bpf_counters__free(accounts);
	close(maps.lanes);
	close(maps.overflow);
	close(maps.losses);
	close(maps.counts);
	free(lanes);
	free(overflow);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_records_of_a_program), T(test_full),
		T(test_woken_only_when_told), T(test_locked),
		cmocka_unit_test(test_sums),  cmocka_unit_test(test_settled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
