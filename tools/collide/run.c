/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/collide/run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "lib/counters/bpf_counters.h"
#include "lib/ring/ring.h"
#include "tools/collide/drive.h"
#include "tools/collide/object.h"

#define RING_SIZE (8U << 20)
#define BATCH     256

/* Number of undisturbed calls. At least one of them makes a COLLIDE_EXEC. */
#define CALM_CALLS 32

/*
 * With ET_EMIT_BY_SIZE, records of at least this size in bytes are made in the ring. Some records
 * are smaller.
 */
#define DIRECT_FROM 512

const char *const run_mode_names[ET_EMIT_BY_SIZE + 1] = {
	[ET_EMIT_VARLEN] = "varlen",
	[ET_EMIT_FIXED] = "fixed",
	[ET_EMIT_DIRECT] = "direct",
	[ET_EMIT_BY_SIZE] = "auto",
};

const char *const run_source_names[COLLIDE_SOURCES] = {
	[COLLIDE_SLEEP] = "sleep",     [COLLIDE_TASK] = "task",   [COLLIDE_SOFTIRQ] = "softirq",
	[COLLIDE_HARDIRQ] = "hardirq", [COLLIDE_CLOCK] = "clock", [COLLIDE_WATCH] = "watch",
};

struct stress {
	const struct run_options *opts;
	struct collide_memory memory;
	struct collide_object object;
	struct collide_check check;
	struct et_rings *rings;
	struct drive *drive;
	unsigned int missing;
	double seconds;
};

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static int load(struct stress *s)
{
	const struct collide_config config = {
		.mode = s->opts->mode,
		.direct_from = DIRECT_FROM,
		.tgid = (__u32)getpid(),
		.cpu = s->opts->cpu,
		.syscall = DRIVE_SYSCALL,
		.bytes = s->memory.bytes,
		.text = s->memory.text,
		.strings = s->memory.strings,
	};
	int r;

	r = collide_object_open(s->opts->guarded, &config, RING_SIZE, &s->object);
	if (r < 0)
		return r;
	r = et_rings__new(s->object.reader_sleeping, collide_check_record, &s->check, &s->rings);
	for (unsigned int i = 0; i < ET_RINGS && r == 0; i++) {
		size_t size = i == ET_RING_WAKE ? (size_t)sysconf(_SC_PAGESIZE) : RING_SIZE;

		r = et_rings__add_map(s->rings, s->object.ring_fds[i], size, i);
	}
	return r;
}

/* Make a few records while no other program runs. */
static int begin_calmly(struct stress *s)
{
	struct bpf_link *link;
	int r;

	link = bpf_program__attach(collide_object_program(&s->object, "collide_task"));
	if (!link)
		return -errno;
	s->check.learn = true;
	r = drive_move_to(s->opts->cpu);
	for (int i = 0; i < CALM_CALLS && r == 0; i++)
		syscall(DRIVE_SYSCALL);
	bpf_link__destroy(link);
	if (r == 0)
		r = drive_move_away(s->opts->cpu);
	if (r == 0)
		r = et_rings__consume(s->rings, BATCH);
	if (r < 0)
		return r;
	return s->check.learn ? -ENODATA : 0;
}

static int read_on(struct stress *s)
{
	double start = now(), end = start + s->opts->seconds;
	int r = 0;

	while (now() < end && r >= 0) {
		if (s->opts->stop_when_wrong && s->check.counts.wrong_bytes)
			break;
		r = et_rings__consume(s->rings, BATCH);
		if (r == 0 && et_rings__prepare_sleep(s->rings))
			r = et_rings__wait(s->rings, 10);
		if (r == -EINTR)
			r = 0;
	}
	s->seconds = now() - start;
	return r < 0 ? r : 0;
}

/* Read the remaining records after all programs have stopped. */
static int read_rest(struct stress *s)
{
	while (!et_rings__empty(s->rings)) {
		int r = et_rings__consume(s->rings, BATCH);

		if (r < 0)
			return r;
		if (r == 0)
			return -EBUSY; /* a record was reserved and never committed */
	}
	return 0;
}

/* ---- accounts ----------------------------------------------------------------------------- */

static void same(struct stress *s, struct run_result *res, const char *what, __u64 a, __u64 b)
{
	if (a == b)
		return;
	res->accounts++;
	collide_check_say(&s->check, "%s: %llu and %llu", what, (unsigned long long)a,
			  (unsigned long long)b);
}

/* Check that each number of a lane has a received record or a counted loss. */
static void count_lanes(struct stress *s, const struct et_bpf_counters *accounts,
			struct run_result *res)
{
	__u64 lost = 0, missing = s->check.counts.missing;

	for (unsigned int i = 0; i < ET_LANES; i++) {
		const struct et_lane *lane = et_bpf_counters__lane(accounts, s->opts->cpu, i);

		same(s, res, "a lane is busy and no program holds it", lane->busy, 0);
		for (int j = 0; j < ET_RING_CLASSES; j++) {
			missing += lane->seq[j] - s->check.next_seq[i][j];
			lost += lane->lost[j];
		}
	}
	same(s, res, "numbers missing, and lost in lanes", missing, lost);
	res->no_lane = res->lost - lost;
}

static int count_depths(struct stress *s, struct run_result *res)
{
	int fd = collide_object_map(&s->object, "collisions"), cpus = libbpf_num_possible_cpus();
	struct collide_depths *all = cpus < 0 ? NULL : calloc((size_t)cpus, sizeof(*all));
	__u32 zero = 0;
	int r;

	if (!all)
		return -ENOMEM;
	r = bpf_map_lookup_elem(fd, &zero, all);
	res->depths = all[s->opts->cpu];
	free(all);
	for (int i = 0; i < COLLIDE_SOURCES; i++)
		for (int j = 0; j < COLLIDE_DEPTHS; j++)
			if (j != 1)
				res->collisions += res->depths.seen[i][j];
	return r;
}

static void count_types(struct stress *s, const struct et_bpf_counters *accounts,
			struct run_result *res)
{
	const struct collide_counts *n = &s->check.counts;
	struct et_counters sums[ET_EVENT_TYPES];

	et_bpf_counters__sum(accounts, sums);
	same(s, res, "numbers given, and those of events sent or lost",
	     et_bpf_counters__settled(accounts), true);
	for (int i = 0; i < ET_EVENT_TYPES; i++) {
		res->attempted += sums[i].attempted;
		res->sent += sums[i].sent;
		res->lost += sums[i].lost;
		same(s, res, "sent and received", sums[i].sent, n->received[i]);
		same(s, res, "bytes sent and received", sums[i].bytes, n->type_bytes[i]);
		same(s, res, "truncated in two accounts", sums[i].truncated, n->truncated[i]);
	}
}

static int settle(struct stress *s, struct run_result *res)
{
	const struct et_bpf_counter_maps maps = {
		.lanes = collide_object_map(&s->object, "lanes"),
		.overflow = collide_object_map(&s->object, "overflow"),
		.losses = collide_object_map(&s->object, "losses"),
		.counts = collide_object_map(&s->object, "counts"),
	};
	struct et_bpf_counters *accounts = NULL;
	int r;

	r = et_bpf_counters__new(&maps, &accounts);
	if (r == 0)
		r = et_bpf_counters__take(accounts);
	if (r == 0) {
		count_types(s, accounts, res);
		count_lanes(s, accounts, res);
		r = count_depths(s, res);
	}
	et_bpf_counters__free(accounts);
	res->counts = s->check.counts;
	res->missing = s->missing;
	res->seconds = s->seconds;
	res->line_count = s->check.line_count;
	memcpy(res->lines, s->check.lines, sizeof(res->lines));
	return r;
}

/* ---- a whole run -------------------------------------------------------------------------- */

static int go(struct stress *s, struct run_result *res)
{
	unsigned int sources = s->opts->sources ? s->opts->sources : ~0U;
	int r;

	r = collide_memory_init(&s->memory);
	if (r == 0)
		r = load(s);
	if (r == 0)
		r = begin_calmly(s);
	if (r == 0)
		r = drive_start(&s->object, s->opts->cpu, sources, &s->drive, &s->missing);
	if (r < 0)
		return r;
	r = read_on(s);
	drive_stop(s->drive);
	if (r == 0)
		r = read_rest(s);
	return r < 0 ? r : settle(s, res);
}

int run(const struct run_options *opts, struct run_result *ret)
{
	struct stress *s = calloc(1, sizeof(*s));
	struct run_result res = { 0 };
	int r;

	if (!s)
		return -ENOMEM;
	s->opts = opts;
	s->check.memory = &s->memory;
	s->check.cpu = opts->cpu;
	for (int i = 0; i < ET_RINGS; i++)
		s->object.ring_fds[i] = -1;
	r = go(s, &res);
	et_rings__free(s->rings);
	collide_object_close(&s->object);
	collide_memory_done(&s->memory);
	free(s);
	if (r < 0)
		return r;
	*ret = res;
	return 0;
}

bool run_is_clean(const struct run_result *res)
{
	const struct collide_counts *n = &res->counts;

	return res->collisions && n->by_lane[1] && !n->wrong_bytes && !n->malformed &&
	       !n->out_of_order && !res->accounts;
}

static void print_sources(const struct run_options *opts, const struct run_result *res)
{
	printf("  %-8s %10s  programs that began as the 1st, 2nd, ... at it\n", "source",
	       "records");
	for (int i = 0; i < COLLIDE_SOURCES; i++) {
		printf("  %-8s %10llu ", run_source_names[i],
		       (unsigned long long)res->counts.by_source[i]);
		if (res->missing & 1U << i)
			printf(" this kernel does not have it");
		else if (opts->sources && !(opts->sources & 1U << i))
			printf(" not asked for");
		else
			for (int j = 1; j < COLLIDE_DEPTHS; j++)
				printf(" %9llu", (unsigned long long)res->depths.seen[i][j]);
		printf("\n");
	}
}

void run_print(const struct run_options *opts, const struct run_result *res)
{
	const struct collide_counts *n = &res->counts;

	printf("%s, %s, %.1f s: %llu records, %llu collisions, %llu wrong bytes in %llu records\n",
	       run_mode_names[opts->mode], opts->guarded ? "guarded" : "NOT guarded", res->seconds,
	       (unsigned long long)n->records, (unsigned long long)res->collisions,
	       (unsigned long long)n->wrong_bytes, (unsigned long long)n->wrong_records);
	printf("  %llu bytes; %llu malformed, %llu out of order, %llu contradictions, "
	       "%llu faults\n",
	       (unsigned long long)n->bytes, (unsigned long long)n->malformed,
	       (unsigned long long)n->out_of_order, (unsigned long long)res->accounts,
	       (unsigned long long)n->faults);
	printf("  attempted %llu = sent %llu + lost %llu (%llu without a number); by lane",
	       (unsigned long long)res->attempted, (unsigned long long)res->sent,
	       (unsigned long long)res->lost, (unsigned long long)res->no_lane);
	for (int i = 0; i < ET_LANES; i++)
		printf(" %llu", (unsigned long long)n->by_lane[i]);
	printf("\n");
	print_sources(opts, res);
	for (unsigned int i = 0; i < res->line_count; i++)
		printf("  wrong: %s\n", res->lines[i]);
}
