/* SPDX-License-Identifier: BSD-2-Clause */
/* Rings and accounts of the running kernel: needs root. */
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

#include "lib/attach/insn.h"
#include "lib/ring/accounts.h"
#include "lib/ring/ring.h"

#define RING_SIZE 65536

struct fixture {
	int map;
	int prog;  /* puts 8 bytes, the number of its runs, into the ring */
	int count; /* map with that number */
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

/* Run with flags of bpf_ringbuf_output() in its context. */
static int load(int ring, int count)
{
	const struct bpf_insn insns[] = {
		ET_INSN_LOAD64(BPF_REG_7, BPF_REG_1, 0), /* flags */
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

	/* Three times around the ring. */
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

/* Room is given back: a full ring takes records again once it was read. */
static void test_full(void **state)
{
	struct fixture *f = *state;
	unsigned int fits = RING_SIZE / 16 - 1; /* the kernel keeps one byte and more free */

	put(f, RING_SIZE / 16 + 100, BPF_RB_NO_WAKEUP);
	while (et_rings__consume(f->rings, 1000) > 0)
		;
	assert_in_range(f->seen, fits, fits + 1);
	assert_false(f->wrong);
	f->seen = RING_SIZE / 16 + 100; /* what did not fit was counted by the program */
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

	/* And a nap is not ended by a record. */
	et_rings__nap(f->rings, 1000 * 1000);
	put(f, 1, BPF_RB_NO_WAKEUP);
	assert_int_equal(et_rings__wait(f->rings, 5000), 1);
	assert_int_equal(et_rings__stats(f->rings)->wakeups, 1);
}

static void test_locked(void **state)
{
	struct fixture *f = *state;
	__u64 ring = 0, array = 0;

	assert_int_equal(et_accounts__locked(f->map, &ring), 0);
	assert_int_equal(et_accounts__locked(f->count, &array), 0);
	assert_in_range(ring, RING_SIZE + 3 * 4096, 2 * RING_SIZE + 16 * 4096);
	assert_in_range(array, 8, 4096);
	assert_true(et_accounts__locked(-1, &ring) < 0);
}

/* What each CPU counted in each lane and beside them is added up, and nothing else. */
static void test_sums(void **state)
{
	int cpus = et_accounts__possible_cpus();
	struct et_counters sums[ET_EVENT_TYPES];
	const size_t lane_step = (sizeof(struct et_lane) + 7) & ~7UL;
	const size_t overflow_step = (sizeof(struct et_overflow) + 7) & ~7UL;
	char *values;
	struct et_accounts *accounts = NULL, *broken = NULL;
	int lanes, overflow;

	(void)state;
	assert_true(cpus > 0);
	values = calloc((size_t)cpus, lane_step + overflow_step);
	lanes = bpf_map_create(BPF_MAP_TYPE_PERCPU_ARRAY, "et_test", 4, sizeof(struct et_lane),
			       ET_LANES, NULL);
	overflow = bpf_map_create(BPF_MAP_TYPE_PERCPU_ARRAY, "et_test", 4,
				  sizeof(struct et_overflow), 1, NULL);
	for (__u32 key = 0; key < ET_LANES; key++) {
		for (int cpu = 0; cpu < cpus; cpu++) {
			struct et_lane *lane = (void *)(values + (size_t)cpu * lane_step);

			lane->counters[1].attempted = 10;
			lane->counters[1].sent = 1;
			lane->counters[1].bytes = 1ULL << 40;
			lane->counters[ET_EVENT_TYPES - 1].truncated = key + 1;
			lane->seq[0] = 77;
		}
		assert_int_equal(bpf_map_update_elem(lanes, &key, values, BPF_ANY), 0);
	}
	memset(values, 0, (size_t)cpus * (lane_step + overflow_step));
	for (int cpu = 0; cpu < cpus; cpu++) {
		struct et_overflow *o = (void *)(values + (size_t)cpu * overflow_step);

		o->counters[1].attempted = 5;
		o->counters[1].lost = 5;
		o->counters[2].filtered = 3;
	}
	assert_int_equal(bpf_map_update_elem(overflow, &(__u32){ 0 }, values, BPF_ANY), 0);

	assert_int_equal(et_accounts__new(lanes, overflow, &accounts), 0);
	assert_int_equal(et_accounts__cpus(accounts), cpus);
	et_accounts__sum(accounts, sums);
	assert_int_equal(sums[1].attempted, 0);
	assert_true(et_accounts__settled(accounts));
	assert_int_equal(et_accounts__take(accounts), 0);
	et_accounts__sum(accounts, sums);
	assert_int_equal(sums[1].attempted, cpus * (ET_LANES * 10 + 5));
	assert_int_equal(sums[1].sent, cpus * ET_LANES);
	assert_int_equal(sums[1].lost, cpus * 5);
	assert_int_equal(sums[1].bytes, (unsigned long long)cpus * ET_LANES << 40);
	assert_int_equal(sums[2].filtered, cpus * 3);
	assert_int_equal(sums[2].attempted, 0);
	assert_int_equal(sums[ET_EVENT_TYPES - 1].truncated, cpus * (1 + 2 + 3 + 4));

	/* And each can be had for itself. */
	for (int cpu = 0; cpu < cpus; cpu++) {
		for (__u32 i = 0; i < ET_LANES; i++) {
			const struct et_lane *lane = et_accounts__lane(accounts, cpu, i);

			assert_int_equal(lane->seq[0], 77);
			assert_int_equal(lane->counters[ET_EVENT_TYPES - 1].truncated, i + 1);
		}
		assert_int_equal(et_accounts__overflow(accounts, cpu)->counters[2].filtered, 3);
	}
	/* More was attempted than sent and lost: somebody is in the middle of it. */
	assert_false(et_accounts__settled(accounts));

	assert_int_equal(et_accounts__new(lanes, -1, &broken), 0);
	assert_true(et_accounts__take(broken) < 0);
	et_accounts__free(broken);
	et_accounts__free(accounts);
	close(lanes);
	close(overflow);
	free(values);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_records_of_a_program), T(test_full),
		T(test_woken_only_when_told), T(test_locked),
		cmocka_unit_test(test_sums),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
