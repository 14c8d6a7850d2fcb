/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * helpers [ROUNDS]: measures single operations of BPF programs, such as a map lookup or a read of
 * user memory.
 *
 * helpers.bpf.c has a program for each operation, which repeats it. Each round runs every program
 * once. Compare the least times of all rounds: other work on the machine only adds to a time. No
 * program is attached, so no other process becomes slower.
 */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bench/helpers_bpf.skel.h"
#include "bench/run/log_err.h"
#include "bench/run/run.h"
#include "bench/stats/stats.h"

#define REPEATS    1000
#define ROUNDS     200
#define ROUNDS_MAX 10000
#define RING_BYTES (1024 * 1024)

struct helper {
	const char *program; /* name in helpers.bpf.c, without "helper_" */
	const char *what;
	int records;   /* records that a repetition sends */
	bool may_lack; /* some supported kernels lack this operation */
};

/* The first row is the cost of a repetition, which is subtracted from all others. */
static const struct helper helpers[] = {
	{ .program = "loop", .what = "a repetition of the loop" },
	{ .program = "clock", .what = "bpf_ktime_get_ns" },
	{ .program = "cpu", .what = "bpf_get_smp_processor_id" },
	{ .program = "task", .what = "bpf_get_current_task" },
	{ .program = "array", .what = "bpf_map_lookup_elem, array" },
	{ .program = "percpu_array", .what = "bpf_map_lookup_elem, per-CPU array" },
	{ .program = "atomic_add", .what = "atomic addition to memory in the cache" },
	{ .program = "typed_load", .what = "bpf_get_current_task and a typed load" },
	{ .program = "probe_kernel", .what = "bpf_probe_read_kernel, 8 bytes" },
	{ .program = "probe_user_1", .what = "bpf_probe_read_user, 1 byte" },
	{ .program = "probe_user_64", .what = "bpf_probe_read_user, 64 bytes" },
	{ .program = "probe_user_1024", .what = "bpf_probe_read_user, 1,024 bytes" },
	{ .program = "probe_user_dynptr_1",
	  .what = "bpf_probe_read_user_dynptr, 1 byte",
	  .may_lack = true },
	{ .program = "probe_user_dynptr_64",
	  .what = "bpf_probe_read_user_dynptr, 64 bytes",
	  .may_lack = true },
	{ .program = "probe_user_dynptr_1024",
	  .what = "bpf_probe_read_user_dynptr, 1,024 bytes",
	  .may_lack = true },
	{ .program = "dynptr_data", .what = "bpf_dynptr_data", .may_lack = true },
	{ .program = "dynptr_write", .what = "bpf_dynptr_write, 12 bytes", .may_lack = true },
	{ .program = "reserve",
	  .what = "bpf_ringbuf_reserve and _submit, 152 bytes",
	  .records = 1 },
	{ .program = "reserve_dynptr",
	  .what = "bpf_ringbuf_reserve_dynptr and _submit_dynptr, 152 bytes",
	  .records = 1,
	  .may_lack = true },
	{ .program = "reserve_dynptr_data",
	  .what = "the same, and bpf_dynptr_data",
	  .records = 1,
	  .may_lack = true },
	{ .program = "output", .what = "bpf_ringbuf_output, 152 bytes", .records = 1 },
	{ .program = "query", .what = "bpf_ringbuf_query" },
};

#define HELPERS (sizeof(helpers) / sizeof(helpers[0]))

static double results[HELPERS][ROUNDS_MAX];

/* Load one program. The kernel may lack an operation, so each has its own object. */
static int open_helper(const struct helper *helper, const void *user, struct helpers_bpf **ret)
{
	struct helpers_bpf *skel = helpers_bpf__open();
	struct bpf_program *prog;
	char name[64];
	int r;

	if (!skel)
		return -errno;
	snprintf(name, sizeof(name), "helper_%s", helper->program);
	prog = bpf_object__find_program_by_name(skel->obj, name);
	r = prog ? bpf_program__set_autoload(prog, true) : -ENOENT;
	skel->rodata->helpers_repeats = REPEATS;
	skel->rodata->helpers_user = (uintptr_t)user;
	if (r == 0)
		r = bpf_map__set_max_entries(skel->maps.helpers_ring, RING_BYTES);
	if (r == 0)
		r = helpers_bpf__load(skel);
	if (r < 0) {
		helpers_bpf__destroy(skel);
		return r;
	}
	*ret = skel;
	return bpf_program__fd(prog);
}

static int on_record(void *ctx, void *data, size_t size)
{
	(void)ctx;
	(void)data;
	(void)size;
	return 0;
}

/* Run the program @fd once, and check that it did all its work. Returns 0 or a negative errno. */
static int run(const struct helper *helper, struct helpers_bpf *skel, struct ring_buffer *ring,
	       int fd, double *ret_ns)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	int r = bpf_prog_test_run_opts(fd, &opts);

	if (r < 0)
		return r;
	r = ring_buffer__consume(ring);
	if (r < 0)
		return r;
	if (r != helper->records * REPEATS || skel->bss->helpers_done != REPEATS ||
	    skel->bss->helpers_fails)
		return -EIO;
	*ret_ns = (double)skel->bss->helpers_ns / REPEATS;
	return 0;
}

static int measure(int rounds)
{
	static char user[1024];
	struct helpers_bpf *skels[HELPERS] = { NULL };
	struct ring_buffer *rings[HELPERS] = { NULL };
	int fds[HELPERS] = { 0 }, r = 0;

	/* Touch the memory: a BPF program cannot read a page that is not mapped. */
	memset(user, 'u', sizeof(user));
	for (size_t i = 0; i < HELPERS && r == 0; i++) {
		fds[i] = open_helper(&helpers[i], user, &skels[i]);
		if (!skels[i] && helpers[i].may_lack && fds[i] != -ENOENT)
			continue;
		if (!skels[i]) {
			r = fds[i];
			log_err("%s: %s", helpers[i].what, strerror(-r));
			break;
		}
		rings[i] = ring_buffer__new(bpf_map__fd(skels[i]->maps.helpers_ring), on_record,
					    NULL, NULL);
		if (!rings[i])
			r = -errno;
	}
	for (int round = 0; round < rounds && r == 0; round++)
		for (size_t i = 0; i < HELPERS && r == 0; i++) {
			results[i][round] = NAN;
			if (skels[i])
				r = run(&helpers[i], skels[i], rings[i], fds[i],
					&results[i][round]);
			if (r < 0)
				log_err("%s: %s", helpers[i].what, strerror(-r));
		}
	for (size_t i = 0; i < HELPERS; i++) {
		ring_buffer__free(rings[i]);
		helpers_bpf__destroy(skels[i]);
	}
	return r;
}

static void print(int rounds)
{
	double loop = 0;

	printf("%d rounds of %d operations: ns for each operation\n", rounds, REPEATS);
	printf("%-62s %8s %8s\n", "", "least", "median");
	for (size_t i = 0; i < HELPERS; i++) {
		struct stats s = stats_of(results[i], (size_t)rounds);

		if (s.count)
			printf("%-62s %8.1f %8.1f\n", helpers[i].what, s.min - loop,
			       s.median - loop);
		else
			printf("%-62s %17s\n", helpers[i].what, "not on this kernel");
		if (i == 0)
			loop = s.min;
	}
}

/* libbpf reports each operation that this kernel lacks: the table has a row for it. */
static int no_print(enum libbpf_print_level level, const char *fmt, va_list args)
{
	(void)level;
	(void)fmt;
	(void)args;
	return 0;
}

int main(int argc, char **argv)
{
	long rounds = ROUNDS;
	char *end = "";
	int r;

	if (argc > 1)
		rounds = strtol(argv[1], &end, 10);
	if (argc > 2 || *end || rounds < 1 || rounds > ROUNDS_MAX) {
		fprintf(stderr, "usage: helpers [ROUNDS]    from 1 to %d\n", ROUNDS_MAX);
		return 2;
	}
	if (run_check_privileges() < 0)
		return 1;
	libbpf_set_print(no_print);
	r = measure((int)rounds);
	if (r < 0) {
		log_err("cannot measure: %s", strerror(-r));
		return 1;
	}
	print((int)rounds);
	return 0;
}
