/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Many events in a short time: thousands of execs back to back, and hundreds of thousands of
 * terminal writes. Each event must arrive complete, once, and in order.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <yyjson.h>

#include "tools/livetest/caserun.h"
#include "tools/livetest/memory.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/suite.h"
#include "tools/livetest/summary.h"
#include "tools/livetest/text.h"
#include "tools/livetest/tracer.h"

/* A tenth of @n in an emulator. */
static int scaled_down(int n)
{
	int scale = proc_scaled_ms(1);

	return scale > 1 ? n / 10 : n;
}

static void fail_with(const char *what, struct mismatches *r)
{
	if (r->faults) {
		print_error("%s: %u faults\n%s", what, r->faults, mismatches_text(r));
		mismatches_free(r);
		fail();
	}
	mismatches_free(r);
}

static uint64_t number(yyjson_val *event, const char *object, const char *member)
{
	return yyjson_get_uint(yyjson_obj_get(yyjson_obj_get(event, object), member));
}

static struct tracer *start(const char *const *flags, tracer_line_fn on_line, void *ctx,
			    bool deferred)
{
	struct tracer_options opts = {
		.flags = flags, .on_line = on_line, .ctx = ctx, .deferred = deferred
	};
	struct tracer *tracer;
	int rc;

	rc = tracer_start(&opts, &tracer);
	if (rc)
		fail_msg("eventstrace cannot be started: %s", strerror(-rc));
	return tracer;
}

static void stop(struct tracer *tracer, struct mismatches *r)
{
	struct tracer_result result;

	if (tracer_stop(tracer, SIGTERM, &result))
		mismatches_add(r, "eventstrace did not stop");
	suite_check_end(&result, r);
	tracer_result_free(&result);
}

/*
 * The reader's delay depends on the load of the CPUs. So either a ring has room for all events of a
 * test, or the test makes them in rounds. A round begins when all events of the round before have
 * arrived. With rounds, positions in the ring wrap around. Where events of other processes could
 * fill the ring, own_tree() excludes them.
 */
#define ROUNDS 20

static const char *own_tree(void)
{
	static char flag[32];

	snprintf(flag, sizeof(flag), "--tree=%d", (int)getpid());
	return flag;
}

static void wait_for(const _Atomic size_t *n, size_t least)
{
	uint64_t end = proc_now_ns() + (uint64_t)proc_scaled_ms(60000) * 1000000;

	while (*n < least && proc_now_ns() < end)
		usleep(1000);
}

#define SPAWNERS 4 /* largest number of spawners that run at the same time */

/* ---- spawns ------------------------------------------------------------------------------- */

enum { FORK, EXEC, EXIT, KINDS };
static const char *const kind_names[KINDS] = { "PROCESS_FORK", "PROCESS_EXEC", "PROCESS_EXIT" };

/* The members of an event that the test needs later. */
struct seen {
	uint32_t tgid, parent;
	int kind;
	/* of an exec: the number at the beginning of its argument; -1: the argument is wrong */
	long index;
	uint64_t start; /* start_time_ns */
	bool name_ok, status_ok;
};

struct spawn_log {
	size_t length; /* length of the argument in bytes */
	struct seen *seen;
	size_t count, size, bad_lines;
	_Atomic size_t ends; /* exits of the started programs */
	uint64_t told;       /* sum of the lost events in LOST lines */
};

/*
 * The number at the beginning of the argument. Return: -1 if the argument does not have @length
 * bytes, or has wrong bytes.
 */
static long argument_index(yyjson_val *argv, size_t length)
{
	const char *s = yyjson_get_str(yyjson_arr_get(argv, 1));
	char number[9] = "";

	if (yyjson_arr_size(argv) != 2 || !s || yyjson_get_len(yyjson_arr_get(argv, 1)) != length)
		return -1;
	for (size_t i = 8; i < length; i++) {
		if (s[i] != 'x')
			return -1;
	}
	memcpy(number, s, 8);
	return strspn(number, "0123456789") == 8 ? strtol(number, NULL, 10) : -1;
}

static void on_spawn_line(void *ctx, const char *line, size_t len)
{
	yyjson_doc *doc = yyjson_read(line, len, 0);
	yyjson_val *event = yyjson_doc_get_root(doc);
	const char *type = yyjson_get_str(yyjson_obj_get(event, "event_type"));
	const char *filename = yyjson_get_str(yyjson_obj_get(event, "filename"));
	struct spawn_log *log = ctx;
	struct seen s = { .kind = -1 };

	for (int k = 0; type && k < KINDS; k++) {
		if (!strcmp(type, kind_names[k]))
			s.kind = k;
	}
	if (s.kind >= 0) {
		const char *pids = s.kind == FORK ? "child_pids" : "pids";

		s.tgid = (uint32_t)number(event, pids, "tgid");
		s.parent = (uint32_t)number(event, pids, "ppid");
		s.start = number(event, pids, "start_time_ns");
		if (s.kind == FORK && number(event, "parent_pids", "tgid") != s.parent)
			s.parent = 0;
		s.index = argument_index(yyjson_obj_get(event, "argv"), log->length);
		s.name_ok = filename && !strcmp(filename, runfiles_case("noop"));
		s.status_ok = yyjson_equals_str(yyjson_obj_get(event, "comm"), "noop") &&
			      yyjson_get_int(yyjson_obj_get(event, "exit_code")) == 0;
		if (log->count == log->size) {
			log->size = log->size * 2 + 4096;
			log->seen = must_realloc(log->seen, log->size * sizeof(*log->seen));
		}
		log->seen[log->count++] = s;
		log->ends += s.kind == EXIT && s.status_ok;
	} else if (type && !strcmp(type, "LOST")) {
		log->told += yyjson_get_uint(yyjson_obj_get(event, "count"));
	} else if (!yyjson_obj_get(event, "probes_initialized")) {
		log->bad_lines++;
	}
	yyjson_doc_free(doc);
}

struct spawner {
	pid_t pid;
	int out;
	char *account;
};

static void spawner_start(struct spawner *s, int count, size_t length)
{
	char counted[16], long_[16];
	const char *argv[] = { runfiles_case("spawn"), counted, long_, NULL };
	const char *const envp[] = { "A=1", NULL };
	struct proc_options proc = { .argv = argv, .envp = envp };
	int out[2];

	snprintf(counted, sizeof(counted), "%d", count);
	snprintf(long_, sizeof(long_), "%zu", length);
	assert_int_equal(pipe(out), 0);
	proc.out = out[1];
	assert_int_equal(proc_spawn(&proc, &s->pid), 0);
	close(out[1]);
	s->out = out[0];
}

static void spawner_end(struct spawner *s)
{
	int status;

	s->account = proc_read_all(s->out, 120000);
	close(s->out);
	assert_int_equal(proc_wait(s->pid, 10000, &status), 0);
	assert_int_equal(status, 0);
}

/*
 * Start time of the process @pid that @parent has forked. Other processes may have the same PID
 * before and after it. 0: there is no such fork.
 */
static uint64_t start_of(const struct spawn_log *log, uint32_t pid, uint32_t parent)
{
	for (size_t i = 0; i < log->count; i++) {
		const struct seen *s = &log->seen[i];

		if (s->kind == FORK && s->tgid == pid && s->parent == parent)
			return s->start;
	}
	return 0;
}

/* Check that process @pid has exactly one event of each kind, and that each is right. */
static void check_process(const struct spawn_log *log, uint32_t pid, uint32_t parent, long index,
			  struct mismatches *r)
{
	const uint64_t start = start_of(log, pid, parent);
	int counts[KINDS] = { 0 };

	for (size_t i = 0; i < log->count; i++) {
		const struct seen *s = &log->seen[i];

		if (s->tgid != pid || s->start != start)
			continue;
		counts[s->kind]++;
		if (s->parent != parent)
			mismatches_add(r, "  %s of %u: parent is %u, not %u", kind_names[s->kind],
				       pid, s->parent, parent);
		if (s->kind == EXEC && s->index != index)
			mismatches_add(r, "  exec %ld has the argument of %ld", index, s->index);
		if (s->kind == EXEC && !s->name_ok)
			mismatches_add(r, "  exec %ld: wrong filename", index);
		if (s->kind == EXIT && !s->status_ok)
			mismatches_add(r, "  exit %ld: wrong name or status", index);
	}
	for (int k = 0; k < KINDS; k++) {
		if (counts[k] != 1)
			mismatches_add(r, "  process %ld (%u): %d of %s", index, pid, counts[k],
				       kind_names[k]);
	}
}

static int by_tgid(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	return (x->tgid > y->tgid) - (x->tgid < y->tgid);
}

/* Compare the account of @spawner with the log, which is sorted by process number. */
static void check_spawner(const struct spawn_log *log, const struct spawner *spawner, int count,
			  struct mismatches *r)
{
	yyjson_doc *doc = yyjson_read(spawner->account, strlen(spawner->account), 0);
	yyjson_val *pids = yyjson_obj_get(yyjson_doc_get_root(doc), "pids"), *pid;
	size_t i, max;

	if (yyjson_arr_size(pids) != (size_t)count)
		fail_msg("the account is not whole: %s", spawner->account);
	yyjson_arr_foreach(pids, i, max, pid)
	{
		struct seen key = { .tgid = (uint32_t)yyjson_get_uint(pid) };
		struct spawn_log part = *log;
		struct seen *at;

		at = bsearch(&key, log->seen, log->count, sizeof(key), by_tgid);
		if (!at) {
			mismatches_add(r, "  process %zu (%u): nothing", i, key.tgid);
			continue;
		}
		while (at > log->seen && at[-1].tgid == key.tgid)
			at--;
		part.seen = at;
		part.count = 0;
		while (at < log->seen + log->count && at->tgid == key.tgid)
			at++, part.count++;
		check_process(&part, key.tgid, (uint32_t)spawner->pid, (long)i, r);
	}
	yyjson_doc_free(doc);
}

/* Start @spawners spawners at the same time, and wait for all of them. */
static void spawn_all(struct spawner *s, int spawners, int count, size_t length)
{
	for (int i = 0; i < spawners; i++)
		spawner_start(&s[i], count, length);
	for (int i = 0; i < spawners; i++)
		spawner_end(&s[i]);
}

static void spawns(const char *const *flags, int rounds, int spawners, int count, size_t length)
{
	struct spawn_log log = { .length = length };
	struct spawner s[ROUNDS * SPAWNERS] = { 0 };
	struct mismatches r = { 0 };
	struct tracer *tracer;
	size_t programs = 0;

	tracer = start(flags, on_spawn_line, &log, rounds == 1);
	for (int i = 0; i < rounds; i++) {
		struct spawner *round = s + (size_t)i * (size_t)spawners;

		spawn_all(round, spawners, count, length);
		programs += (size_t)spawners * (size_t)count;
		if (rounds > 1)
			wait_for(&log.ends, programs);
	}
	stop(tracer, &r);
	if (log.bad_lines)
		mismatches_add(&r, "%zu lines are not events that were asked for", log.bad_lines);
	qsort(log.seen, log.count, sizeof(*log.seen), by_tgid);
	for (int i = 0; i < rounds * spawners; i++) {
		check_spawner(&log, &s[i], count, &r);
		free(s[i].account);
	}
	free(log.seen);
	fail_with("spawns", &r);
}

#define EVENTS "-s", "-e", "process-fork,process-exec,process-exit"

static void test_spawns(void **state)
{
	static const char *const flags[] = { EVENTS, "--ring-size", "64M", NULL };

	(void)state;
	spawns(flags, 1, 1, scaled_down(3000), 10000);
}

static void test_spawns_side_by_side(void **state)
{
	static const char *const flags[] = { EVENTS, "--ring-size", "64M", NULL };

	(void)state;
	spawns(flags, 1, SPAWNERS, scaled_down(1000), 10000);
}

static void test_spawns_of_little(void **state)
{
	static const char *const flags[] = { EVENTS, "--ring-size", "16M", NULL };

	(void)state;
	spawns(flags, 1, 2, scaled_down(2000), 8);
}

/* The events of one round fill half of the ring. */
static void test_spawns_in_rounds(void **state)
{
	const char *const flags[] = { EVENTS, "--ring-size", "2M", own_tree(), NULL };

	(void)state;
	spawns(flags, ROUNDS, 2, scaled_down(50), 10000);
}

static uint64_t summary_count(const char *err, const char *event, const char *name)
{
	yyjson_doc *doc = summary_read(err);
	yyjson_val *events = yyjson_obj_get(yyjson_doc_get_root(doc), "events");
	uint64_t n = number(events, event, name);

	yyjson_doc_free(doc);
	return n;
}

/*
 * A ring of one page cannot hold any of these execs, and is often full for the other events. Each
 * missing event is counted, and LOST lines report all of them.
 */
static void test_losses_are_counted(void **state)
{
	static const char *const flags[] = { EVENTS, "--ring-size", "4K", NULL };
	static const char *const names[KINDS] = { "process-fork", "process-exec", "process-exit" };
	const int count = scaled_down(500);
	uint64_t lost_in_all = 0;
	struct spawn_log log = { .length = 10000 };
	struct spawner s[SPAWNERS] = { 0 };
	struct tracer_result result;
	struct mismatches r = { 0 };
	struct tracer *tracer;

	(void)state;
	tracer = start(flags, on_spawn_line, &log, true);
	spawn_all(s, SPAWNERS, count, 10000);
	assert_int_equal(tracer_stop(tracer, SIGTERM, &result), 0);
	assert_int_equal(result.status, 0);
	for (int k = 0; k < KINDS; k++) {
		uint64_t attempted = summary_count(result.err, names[k], "attempted");
		uint64_t lost = summary_count(result.err, names[k], "lost"), seen = 0;

		for (size_t i = 0; i < log.count; i++)
			seen += log.seen[i].kind == k;
		if (attempted != seen + lost || attempted < (uint64_t)(SPAWNERS * count))
			mismatches_add(&r, "%s: %llu attempted, %llu lost, %llu came", names[k],
				       (unsigned long long)attempted, (unsigned long long)lost,
				       (unsigned long long)seen);
		lost_in_all += lost;
		if (k == EXEC && lost < (uint64_t)(SPAWNERS * count))
			mismatches_add(&r, "only %llu lost", (unsigned long long)lost);
	}
	if (log.told != lost_in_all)
		mismatches_add(&r, "%llu lost, %llu told", (unsigned long long)lost_in_all,
			       (unsigned long long)log.told);
	for (int i = 0; i < SPAWNERS; i++)
		free(s[i].account);
	free(log.seen);
	tracer_result_free(&result);
	fail_with("losses", &r);
}

/* ---- terminal writes ---------------------------------------------------------------------- */

struct tty_log {
	uint32_t tgid; /* the writing process; with rounds, the one of the current round */
	bool rounds;   /* each round has a different process, and no other events come */
	size_t size;   /* bytes of each write */
	size_t at;     /* number of bytes received so far from this process */
	size_t bytes, bad_lines, bad_events;
	_Atomic size_t events;
	bool out_of_order;
};

static unsigned char byte_at(size_t i)
{
	return (unsigned char)(i * 31 + i / 251);
}

static void on_tty_line(void *ctx, const char *line, size_t len)
{
	yyjson_doc *doc = yyjson_read(line, len, 0);
	yyjson_val *event = yyjson_doc_get_root(doc), *out = yyjson_obj_get(event, "tty_out");
	const char *comm = yyjson_get_str(yyjson_obj_get(event, "comm"));
	struct tty_log *log = ctx;
	struct bytes bytes;

	if (yyjson_obj_get(event, "probes_initialized")) {
		yyjson_doc_free(doc);
		return;
	}
	if (!comm || !yyjson_is_str(out) ||
	    text_to_bytes(yyjson_get_str(out), yyjson_get_len(out), &bytes)) {
		log->bad_lines++;
		yyjson_doc_free(doc);
		return;
	}
	if (log->rounds && number(event, "pids", "tgid") != log->tgid) {
		log->tgid = (uint32_t)number(event, "pids", "tgid");
		log->at = 0;
	}
	if (number(event, "pids", "tgid") == log->tgid) {
		if (bytes.len != log->size || strcmp(comm, "tty_flood") != 0)
			log->bad_events++;
		for (size_t i = 0; i < bytes.len; i++) {
			if (bytes.data[i] != byte_at(log->at + i))
				log->out_of_order = true;
		}
		log->at += bytes.len;
		log->bytes += bytes.len;
		log->events++;
	}
	free(bytes.data);
	yyjson_doc_free(doc);
}

static void flood(const char *const *flags, int rounds, int count, size_t size)
{
	struct tty_log log = { .size = size, .rounds = rounds > 1 };
	char counted[16], sized[16];
	const char *const args[] = { counted, sized, NULL };
	const size_t writes = (size_t)rounds * (size_t)count;
	struct mismatches r = { 0 };
	struct tracer *tracer;
	struct caserun run;

	snprintf(counted, sizeof(counted), "%d", count);
	snprintf(sized, sizeof(sized), "%zu", size);
	tracer = start(flags, on_tty_line, &log, rounds == 1);
	for (int i = 0; i < rounds; i++) {
		caserun_run("tty_flood", args, &run);
		if (run.rc || run.status)
			mismatches_add(&r, "the case failed: %s", run.err);
		if (rounds > 1)
			wait_for(&log.events, (size_t)(i + 1) * (size_t)count);
		else
			log.tgid = (uint32_t)run.pid;
		caserun_free(&run);
	}
	stop(tracer, &r);
	if (log.bytes != writes * size || log.events != writes)
		mismatches_add(&r, "%zu bytes in %zu events, instead of %zu in %zu", log.bytes,
			       (size_t)log.events, writes * size, writes);
	if (log.out_of_order)
		mismatches_add(&r, "they are not the bytes that were written, in their order");
	if (log.bad_lines || log.bad_events)
		mismatches_add(&r, "%zu bad lines, %zu bad events", log.bad_lines, log.bad_events);
	fail_with("terminal writes", &r);
}

/*
 * Write to a terminal. The ring has room for all events, and events of other processes are
 * excluded.
 */
static void flood_at_once(int count, size_t size)
{
	const char *const flags[] = { "-s", "--process-tty-write", "--ring-size", "64M", own_tree(),
				      NULL };

	flood(flags, 1, count, size);
}

static void test_tty_bytes(void **state)
{
	(void)state;
	flood_at_once(scaled_down(200000), 1);
}

static void test_tty_lines(void **state)
{
	(void)state;
	flood_at_once(scaled_down(50000), 64);
}

static void test_tty_pages(void **state)
{
	(void)state;
	flood_at_once(scaled_down(5000), 1024);
}

/* The events of one round fill half of the ring. */
static void test_tty_in_rounds(void **state)
{
	const char *const flags[] = { "-s", "--process-tty-write", "--ring-size", "2M", own_tree(),
				      NULL };

	(void)state;
	flood(flags, ROUNDS, scaled_down(8000), 1);
	flood(flags, ROUNDS, scaled_down(100), 8192);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spawns),
		cmocka_unit_test(test_spawns_side_by_side),
		cmocka_unit_test(test_spawns_of_little),
		cmocka_unit_test(test_spawns_in_rounds),
		cmocka_unit_test(test_losses_are_counted),
		cmocka_unit_test(test_tty_bytes),
		cmocka_unit_test(test_tty_lines),
		cmocka_unit_test(test_tty_pages),
		cmocka_unit_test(test_tty_in_rounds),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
