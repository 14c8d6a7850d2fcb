/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * No event is lost silently, and no event waits for ever. The reader is stopped, killed, too slow,
 * asleep, or about to fall asleep.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <linux/bpf.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <cmocka.h>
#include <yyjson.h>

#include "lib/counters/bpf_counters.h"
#include "tools/livetest/caserun.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/tracer.h"

/* ---- output ------------------------------------------------------------------------------- */

static const struct {
	const char *name, *flag;
	bool bulk;
} types[ET_EVENT_TYPES] = {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) \
	[id] = { #NAME, flag, ET_RING_##RING == ET_RING_BULK },
#include "lib/wire/schema.def"
};

struct tally {
	_Atomic uint64_t events[ET_EVENT_TYPES];
	uint64_t lost[ET_RING_CLASSES]; /* sums of the LOST lines */
	uint64_t lost_lines, bad_lines;
	/* Longest interval in ns of a LOST line that directly precedes the record after its gap. */
	_Atomic uint64_t widest_ns;
	/*
	 * time of the next record after the current LOST line; length of the line's interval in ns
	 */
	uint64_t expected, width;
};

static uint64_t number(yyjson_val *object, const char *member)
{
	return yyjson_get_uint(yyjson_obj_get(object, member));
}

static void on_lost(struct tally *t, const char *line, size_t len)
{
	yyjson_doc *doc = yyjson_read(line, len, 0);
	yyjson_val *lost = yyjson_doc_get_root(doc);
	bool bulk = yyjson_equals_str(yyjson_obj_get(lost, "ring"), "bulk");
	uint64_t after = number(lost, "after_ts_ns"), before = number(lost, "before_ts_ns");

	if (!number(lost, "count") || before < after || number(lost, "ts_ns") != before ||
	    (!bulk && !yyjson_equals_str(yyjson_obj_get(lost, "ring"), "lifecycle")) ||
	    !yyjson_is_uint(yyjson_obj_get(lost, "cpu")) ||
	    !yyjson_is_int(yyjson_obj_get(lost, "lane")))
		t->bad_lines++;
	t->lost[bulk ? ET_RING_BULK : ET_RING_LIFECYCLE] += number(lost, "count");
	t->lost_lines++;
	t->expected = before;
	t->width = before - after;
	yyjson_doc_free(doc);
}

/*
 * This function must be fast, because there are many lines. The first line is the one that -i
 * prints.
 */
static void on_line(void *ctx, const char *line, size_t len)
{
	static const char begin[] = "{\"event_type\":\"";
	struct tally *t = ctx;
	const char *name = line + sizeof(begin) - 1, *end, *ts;

	if (len < sizeof(begin) || memcmp(line, begin, sizeof(begin) - 1) != 0) {
		t->bad_lines += !memmem(line, len, "probes_initialized", 18);
		return;
	}
	end = memchr(name, '"', len - (size_t)(name - line));
	if (end - name == 4 && !memcmp(name, "LOST", 4)) {
		on_lost(t, line, len);
		return;
	}
	/* A LOST line directly precedes the record that shows the gap. */
	ts = memmem(line, len, "\"ts_ns\":", 8);
	if (t->expected && ts && strtoull(ts + 8, NULL, 10) == t->expected &&
	    t->width > t->widest_ns)
		t->widest_ns = t->width;
	t->expected = 0;
	for (int i = 1; i < ET_EVENT_TYPES; i++) {
		if (types[i].name && strlen(types[i].name) == (size_t)(end - name) &&
		    !memcmp(name, types[i].name, (size_t)(end - name))) {
			t->events[i]++;
			return;
		}
	}
	t->bad_lines++;
}

static struct tracer *start(const char *const *flags, struct tally *tally, bool deferred)
{
	struct tracer_options opts = {
		.flags = flags, .on_line = on_line, .ctx = tally, .deferred = deferred
	};
	struct tracer *tracer = NULL;
	int rc = tracer_start(&opts, &tracer);

	if (rc)
		fail_msg("eventstrace cannot be started: %s", strerror(-rc));
	return tracer;
}

/* ---- load --------------------------------------------------------------------------------- */

/* Number of write(2) calls of a process. */
static uint64_t writes_of(pid_t pid)
{
	char path[64], line[128];
	uint64_t n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/io", pid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, "syscw:", 6))
			n = strtoull(line + 6, NULL, 10);
	if (f)
		fclose(f);
	return n;
}

/* Wait until @pid has made @writes further writes. */
static void flood_continue(pid_t pid, uint64_t writes)
{
	uint64_t end = proc_now_ns() + (uint64_t)proc_scaled_ms(60000) * 1000000;

	writes += writes_of(pid);
	while (writes_of(pid) < writes && proc_now_ns() < end)
		usleep(1000);
	assert_true(writes_of(pid) >= writes);
}

/* Stay on one CPU, so that lost and received events have numbers of the same lane. */
static int stay_on_cpu(void *ctx)
{
	int cpu = sched_getcpu();
	cpu_set_t set;

	(void)ctx;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set) ? errno : 0;
}

/*
 * Start a process that makes one-byte writes to a terminal until it is killed. Return: its PID,
 * after the first 1,000 writes.
 */
static pid_t flood_start(int (*prepare)(void *))
{
	const char *const argv[] = { runfiles_case("tty_flood"), "50000000", "1", NULL };
	struct proc_options proc = { .argv = argv, .prepare = prepare };
	pid_t pid;

	assert_int_equal(proc_spawn(&proc, &pid), 0);
	flood_continue(pid, 1000);
	return pid;
}

static void flood_end(pid_t pid)
{
	int status;

	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(proc_wait(pid, 10000, &status), 0);
	assert_true(WIFSIGNALED(status)); /* it still ran when it was killed */
}

static void spawn_programs(const char *count)
{
	const char *const args[] = { count, "8", NULL };
	struct caserun run;

	caserun_run("spawn", args, &run);
	assert_int_equal(run.rc, 0);
	assert_int_equal(run.status, 0);
	caserun_free(&run);
}

/* ---- the account -------------------------------------------------------------------------- */

/*
 * Check the numbers of the summary and of the LOST lines: received + lost = attempted for each
 * type, and LOST lines report all lost events. @lost receives the lost events of each type.
 */
static void check_account(const struct tracer_result *result, const struct tally *tally,
			  uint64_t lost[ET_EVENT_TYPES])
{
	yyjson_doc *doc = tracer_summary(result);
	yyjson_val *root = yyjson_doc_get_root(doc), *events = yyjson_obj_get(root, "events");
	uint64_t by_ring[ET_RING_CLASSES] = { 0 };

	assert_true(WIFEXITED(result->status));
	assert_int_equal(WEXITSTATUS(result->status), 0);
	if (!yyjson_is_true(yyjson_obj_get(root, "accounted")))
		fail_msg("not every event is accounted for: %s", result->err);
	assert_int_equal(tally->bad_lines, 0);
	assert_int_equal(number(root, "malformed"), 0);
	assert_int_equal(number(root, "missing"), 0);
	for (int i = 1; i < ET_EVENT_TYPES; i++) {
		yyjson_val *counts = types[i].flag ? yyjson_obj_get(events, types[i].flag) : NULL;

		lost[i] = number(counts, "lost");
		by_ring[types[i].bulk ? ET_RING_BULK : ET_RING_LIFECYCLE] += lost[i];
		if (number(counts, "attempted") != tally->events[i] + lost[i] ||
		    number(counts, "received") != tally->events[i] ||
		    number(counts, "sent") != tally->events[i])
			fail_msg("%s: %" PRIu64 " came: %s", types[i].name, tally->events[i],
				 result->err);
	}
	for (int i = 0; i < ET_RING_CLASSES; i++)
		assert_int_equal(tally->lost[i], by_ring[i]);
	assert_int_equal(number(root, "lost_told"), by_ring[0] + by_ring[1]);
	assert_int_equal(number(root, "lost_written"), by_ring[0] + by_ring[1]);
	yyjson_doc_free(doc);
}

#define LIST   "process-fork,process-exec,process-exit,process-tty-write"
#define EVENTS "-s", "-e", LIST

/* ---- tests -------------------------------------------------------------------------------- */

/*
 * More writes than fit into a ring of 2 MiB. Each takes a header of 8 bytes and a record of 64
 * bytes.
 */
#define FILLS 100000

/* Wait until a counter of the tracer's thread is at least @least. */
static void wait_for(const _Atomic uint64_t *n, uint64_t least)
{
	uint64_t end = proc_now_ns() + (uint64_t)proc_scaled_ms(60000) * 1000000;

	while (*n < least && proc_now_ns() < end)
		usleep(1000);
}

static void test_reader_is_stopped(void **state)
{
	/*
	 * With shares, a refused record has no sequence number, so no later record would show the
	 * gap.
	 */
	static const char *const flags[] = { EVENTS, "--ring-size=2M", "--fair=off", NULL };
	uint64_t lost[ET_EVENT_TYPES], began, full, over, ended;
	struct tracer_result result;
	struct tally tally = { 0 };
	struct tracer *tracer;
	pid_t flood;

	(void)state;
	began = proc_now_ns();
	tracer = start(flags, &tally, false);
	flood = flood_start(stay_on_cpu);
	wait_for(&tally.events[ET_PROCESS_TTY_WRITE], 1000);
	assert_int_equal(kill(tracer_pid(tracer), SIGSTOP), 0);
	flood_continue(flood, FILLS);
	full = proc_now_ns();
	spawn_programs("20");
	sleep(1);
	over = proc_now_ns();
	assert_int_equal(kill(tracer_pid(tracer), SIGCONT), 0);
	wait_for(&tally.widest_ns, over - full);
	flood_end(flood);
	assert_int_equal(tracer_stop(tracer, SIGTERM, &result), 0);
	ended = proc_now_ns();
	check_account(&result, &tally, lost);
	print_message("%" PRIu64 " of %" PRIu64 " lost, %" PRIu64 " LOST lines, the widest %" PRIu64
		      " ms\n",
		      lost[ET_PROCESS_TTY_WRITE],
		      lost[ET_PROCESS_TTY_WRITE] + tally.events[ET_PROCESS_TTY_WRITE],
		      tally.lost_lines, tally.widest_ns / 1000000);
	assert_true(lost[ET_PROCESS_TTY_WRITE] > 0);
	/* The LOST line is at the position of the gap. */
	assert_in_range(tally.widest_ns, over - full, ended - began);
	tracer_result_free(&result);
}

static void test_rings_are_tiny(void **state)
{
	static const char *const flags[] = { EVENTS, "--ring-size=4K", "--wire-format=fixed",
					     "--wakeup=always", NULL };
	uint64_t lost[ET_EVENT_TYPES];
	struct tracer_result result;
	struct tally tally = { 0 };
	struct tracer *tracer;
	pid_t flood;

	(void)state;
	tracer = start(flags, &tally, false);
	flood = flood_start(NULL);
	spawn_programs("100");
	flood_end(flood);
	assert_int_equal(tracer_stop(tracer, SIGTERM, &result), 0);
	check_account(&result, &tally, lost);
	/*
	 * No exec fits into the ring. So no record shows the gap, and LOST lines must report all
	 * execs.
	 */
	assert_int_equal(tally.events[ET_PROCESS_EXEC], 0);
	assert_true(lost[ET_PROCESS_EXEC] >= 100);
	assert_true(lost[ET_PROCESS_TTY_WRITE] > 0);
	tracer_result_free(&result);
}

static void test_flood_spares_execs(void **state)
{
	/*
	 * The life-cycle ring has room for all execs. The bulk ring has room for few writes. So the
	 * result does not depend on the reader's speed.
	 */
	static const char *const flags[] = { EVENTS, "--ring-size=lifecycle=16M,bulk=4K", NULL };
	uint64_t lost[ET_EVENT_TYPES];
	struct tracer_result result;
	struct tally tally = { 0 };
	struct tracer *tracer;
	pid_t flood;

	(void)state;
	/* Process the lines later, because this would delay eventstrace. */
	tracer = start(flags, &tally, true);
	flood = flood_start(NULL);
	spawn_programs("2000");
	/* Stop the reader, because a quick reader may have read all records so far. */
	tracer_kill(tracer, SIGSTOP);
	flood_continue(flood, FILLS);
	tracer_kill(tracer, SIGCONT);
	flood_end(flood);
	assert_int_equal(tracer_stop(tracer, SIGTERM, &result), 0);
	check_account(&result, &tally, lost);
	print_message("%" PRIu64 " execs, %" PRIu64 " lost; %" PRIu64 " terminal writes, %" PRIu64
		      " lost\n",
		      tally.events[ET_PROCESS_EXEC], lost[ET_PROCESS_EXEC],
		      tally.events[ET_PROCESS_TTY_WRITE], lost[ET_PROCESS_TTY_WRITE]);
	assert_int_equal(lost[ET_PROCESS_EXEC], 0);
	assert_true(tally.events[ET_PROCESS_EXEC] >= 2000);
	assert_true(lost[ET_PROCESS_TTY_WRITE] > 0);
	tracer_result_free(&result);
}

/* Fail execs with 20,000 bytes of arguments each. Unprivileged users can do this without limit. */
static void fail_execs(int count)
{
	static char arg[20000];
	char *const argv[] = { arg, NULL };
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		memset(arg, 'x', sizeof(arg) - 1);
		if (setgroups(0, NULL) || setresgid(65534, 65534, 65534) ||
		    setresuid(65534, 65534, 65534))
			_exit(1);
		for (int i = 0; i < count; i++)
			execv("/nonexistent", argv);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void test_failed_execs_spare_execs(void **state)
{
	static const char list[] = LIST ",process-exec-failed";
	const char *const flags[] = { "-s", "-e", list, "--ring-size=lifecycle=1M,bulk=1M", NULL };
	uint64_t lost[ET_EVENT_TYPES];
	struct tracer_result result;
	struct tally tally = { 0 };
	struct tracer *tracer;

	(void)state;
	tracer = start(flags, &tally, false);
	tracer_kill(tracer, SIGSTOP);
	fail_execs(200);
	spawn_programs("20");
	tracer_kill(tracer, SIGCONT);
	assert_int_equal(tracer_stop(tracer, SIGTERM, &result), 0);
	check_account(&result, &tally, lost);
	assert_int_equal(lost[ET_PROCESS_EXEC], 0);
	assert_int_equal(lost[ET_PROCESS_FORK], 0);
	assert_int_equal(lost[ET_PROCESS_EXIT], 0);
	assert_true(tally.events[ET_PROCESS_EXEC] >= 20);
	assert_true(lost[ET_PROCESS_EXEC_FAILED] > 0);
	tracer_result_free(&result);
}

/* ---- killed ------------------------------------------------------------------------------- */

/* Find the map with this name among those that @pid has open. Return: a descriptor, or -1. */
static int map_of(pid_t pid, const char *name)
{
	char path[300], line[256];
	struct dirent *entry;
	int found = -1;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fdinfo", pid);
	dir = opendir(path);
	if (!dir)
		fail_msg("cannot open %s", path);
	while (found < 0 && (entry = readdir(dir))) {
		struct bpf_map_info info = { 0 };
		__u32 size = sizeof(info), id = 0;
		FILE *f;

		snprintf(path, sizeof(path), "/proc/%d/fdinfo/%s", pid, entry->d_name);
		f = fopen(path, "re");
		while (f && fgets(line, sizeof(line), f))
			if (!strncmp(line, "map_id:", 7))
				id = (__u32)strtoul(line + 7, NULL, 10);
		if (f)
			fclose(f);
		if (!id)
			continue;
		found = bpf_map_get_fd_by_id(id);
		if (found >= 0 && (bpf_map_get_info_by_fd(found, &info, &size) < 0 ||
				   strcmp(info.name, name) != 0)) {
			close(found);
			found = -1;
		}
	}
	closedir(dir);
	return found;
}

static void test_reader_is_killed(void **state)
{
	static const char *const flags[] = { EVENTS, "--ring-size=bulk=16K", NULL };
	struct et_counters sums[ET_EVENT_TYPES];
	uint64_t numbered[ET_RING_CLASSES] = { 0 };
	struct et_bpf_counters *accounts = NULL;
	struct tracer_result result;
	struct tally tally = { 0 };
	struct tracer *tracer;
	struct et_bpf_counter_maps maps = { 0 };
	pid_t flood;

	(void)state;
	tracer = start(flags, &tally, false);
	maps.lanes = map_of(tracer_pid(tracer), "lanes");
	maps.overflow = map_of(tracer_pid(tracer), "overflow");
	maps.losses = map_of(tracer_pid(tracer), "losses");
	maps.counts = map_of(tracer_pid(tracer), "counts");
	assert_true(maps.lanes >= 0 && maps.overflow >= 0 && maps.losses >= 0 && maps.counts >= 0);
	assert_int_equal(et_bpf_counters__new(&maps, &accounts), 0);
	flood = flood_start(NULL);
	spawn_programs("50");
	wait_for(&tally.events[ET_PROCESS_TTY_WRITE], 1);
	/* Stop the reader, because a quick reader may have read all records so far. */
	tracer_kill(tracer, SIGSTOP);
	flood_continue(flood, FILLS);
	assert_int_equal(tracer_stop(tracer, SIGKILL, &result), 0);
	assert_true(WIFSIGNALED(result.status));
	flood_end(flood);

	/* The kernel has detached its programs. Wait for those that were running. */
	for (int i = 0; i < 1000; i++) {
		assert_int_equal(et_bpf_counters__take(accounts), 0);
		if (et_bpf_counters__settled(accounts))
			break;
		usleep(10000);
	}
	et_bpf_counters__sum(accounts, sums);
	for (unsigned int cpu = 0; cpu < et_bpf_counters__cpus(accounts); cpu++)
		for (int ring = 0; ring < ET_RING_CLASSES; ring++) {
			for (unsigned int i = 0; i < ET_LANES; i++)
				numbered[ring] +=
					et_bpf_counters__lane(accounts, cpu, i)->seq[ring];
			for (int i = 0; i < ET_LOST_CAUSES; i++)
				numbered[ring] +=
					et_bpf_counters__overflow(accounts, cpu)->lost[i][ring];
		}
	for (int i = 1; i < ET_EVENT_TYPES; i++) {
		assert_true(tally.events[i] <= sums[i].sent);
		numbered[types[i].bulk ? ET_RING_BULK : ET_RING_LIFECYCLE] -= sums[i].attempted;
	}
	/* Each attempted event has a sequence number, or is counted in the map `overflow`. */
	assert_int_equal(numbered[ET_RING_LIFECYCLE], 0);
	assert_int_equal(numbered[ET_RING_BULK], 0);
	print_message("%llu terminal writes: %llu sent, %llu lost, %" PRIu64 " came out\n",
		      sums[ET_PROCESS_TTY_WRITE].attempted, sums[ET_PROCESS_TTY_WRITE].sent,
		      sums[ET_PROCESS_TTY_WRITE].lost, tally.events[ET_PROCESS_TTY_WRITE]);
	assert_int_equal(tally.bad_lines, 0);
	assert_true(tally.events[ET_PROCESS_TTY_WRITE] > 0);
	assert_true(sums[ET_PROCESS_TTY_WRITE].lost > 0);
	assert_true(sums[ET_PROCESS_EXEC].attempted >= 50);
	et_bpf_counters__free(accounts);
	close(maps.lanes);
	close(maps.overflow);
	close(maps.losses);
	close(maps.counts);
	tracer_result_free(&result);
}

/* ---- asleep ------------------------------------------------------------------------------- */

/* Run eventstrace and the case ping, which reads its output. Return: the account of ping. */
static yyjson_doc *ping(const char *const *flags, const char *count, const char *min,
			const char *max)
{
	const char *argv[16] = { runfiles_tool(), "-i", "--process-memfd-create" };
	const char *const ping_argv[] = { runfiles_case("ping"), count, min, max, NULL };
	struct proc_options proc = { .argv = argv }, ping_proc = { .argv = ping_argv };
	int events[2], account[2], status;
	pid_t tracer, pinger;
	yyjson_doc *doc;
	char *text;

	for (int i = 0; flags[i]; i++)
		argv[3 + i] = flags[i];
	assert_int_equal(pipe2(events, O_CLOEXEC), 0);
	assert_int_equal(pipe2(account, O_CLOEXEC), 0);
	proc.out = events[1];
	ping_proc.in = events[0];
	ping_proc.out = account[1];
	ping_proc.err = STDERR_FILENO;
	assert_int_equal(proc_spawn(&proc, &tracer), 0);
	assert_int_equal(proc_spawn(&ping_proc, &pinger), 0);
	close(events[1]);
	close(account[1]);
	text = proc_read_all(account[0], 300000);
	close(account[0]);
	assert_int_equal(proc_wait(pinger, 10000, &status), 0);
	assert_int_equal(status, 0);
	close(events[0]);
	kill(tracer, SIGKILL);
	assert_int_equal(proc_wait(tracer, 10000, &status), 0);
	print_message("%s", text);
	doc = yyjson_read(text, strlen(text), 0);
	assert_non_null(doc);
	free(text);
	return doc;
}

/*
 * Events with pauses longer than the latency budget. The test compares the median, because another
 * process may use the CPU.
 */
static void test_lone_event(void **state)
{
	static const char *const flags[] = { NULL };
	yyjson_doc *doc = ping(flags, "200", "25000", "35000");
	yyjson_val *root = yyjson_doc_get_root(doc);

	(void)state;
	assert_int_equal(number(root, "count"), 200);
	assert_int_equal(number(root, "stuck"), 0);
	assert_true(number(root, "median_us") < (uint64_t)proc_scaled_ms(1000));
	yyjson_doc_free(doc);
}

/*
 * Send records at random times around the moments when the reader falls asleep. No record may wait
 * for a later one. LIVETEST_PINGS sets the number of records.
 */
static void check_pings(const char *const *flags, const char *count, const char *max_us)
{
	const char *wanted = getenv("LIVETEST_PINGS");
	yyjson_doc *doc = ping(flags, wanted ? wanted : count, "0", max_us);
	yyjson_val *root = yyjson_doc_get_root(doc);

	assert_int_equal(number(root, "stuck"), 0);
	assert_int_equal(number(root, "count"), strtoul(wanted ? wanted : count, NULL, 10));
	/* On a busy machine, a few records are slow. With lost wake-ups, many would be. */
	assert_true(number(root, "slow") <= 1 + number(root, "count") / 1000);
	yyjson_doc_free(doc);
}

static void test_none_is_stuck(void **state)
{
	static const char *const flags[] = { "-u", NULL };

	(void)state;
	check_pings(flags, "40000", "60");
}

static void test_none_is_stuck_between_naps(void **state)
{
	static const char *const flags[] = { NULL };

	(void)state;
	check_pings(flags, "1000", "1200");
}

static void test_none_is_stuck_with_tiny_rings(void **state)
{
	static const char *const flags[] = { "-u", "--ring-size=4K", "--wire-format=varlen", NULL };

	(void)state;
	check_pings(flags, "50000", "60");
}

static void test_none_is_stuck_as_the_kernel_wakes(void **state)
{
	static const char *const flags[] = { "--wakeup=always", NULL };

	(void)state;
	check_pings(flags, "50000", "60");
}

/*
 * A burst begins while the reader naps for 500 ms. The writes fill the ring in about 10 ms, so a
 * program must wake the reader.
 */
static void test_burst_in_a_nap(void **state)
{
	/* The output is a file on a tmpfs: a full pipe would delay the reader of the rings. */
	char path[] = "/dev/shm/loss_live_test.XXXXXX";
	const char *const argv[] = {
		runfiles_tool(),  "-i", "-s", "-e", "process-tty-write", "--latency=500",
		"--ring-size=1M", "-o", path, NULL
	};
	struct proc_options proc = { .argv = argv };
	struct tracer_result result = { 0 };
	uint64_t end = proc_now_ns() + (uint64_t)proc_scaled_ms(60000) * 1000000;
	int fd = mkstemp(path), err[2], status;
	yyjson_val *counts;
	yyjson_doc *doc;
	pid_t pid, flood;
	struct stat st;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(pipe2(err, O_CLOEXEC), 0);
	proc.err = err[1];
	assert_int_equal(proc_spawn(&proc, &pid), 0);
	close(err[1]);
	/* eventstrace writes its first line after it has attached the hooks. */
	while (stat(path, &st) == 0 && !st.st_size && proc_now_ns() < end)
		usleep(1000);
	assert_true(st.st_size > 0);
	flood = flood_start(NULL);
	flood_continue(flood, FILLS);
	flood_end(flood);
	kill(pid, SIGTERM);
	result.err = proc_read_all(err[0], 60000);
	assert_int_equal(proc_wait(pid, 60000, &status), 0);
	close(err[0]);
	close(fd);
	unlink(path);

	doc = tracer_summary(&result);
	assert_true(yyjson_is_true(yyjson_obj_get(yyjson_doc_get_root(doc), "accounted")));
	counts = yyjson_obj_get(yyjson_obj_get(yyjson_doc_get_root(doc), "events"),
				"process-tty-write");
	print_message("%" PRIu64 " of %" PRIu64 " lost\n", number(counts, "lost"),
		      number(counts, "attempted"));
	assert_true(number(counts, "attempted") >= FILLS);
	assert_int_equal(number(counts, "lost"), 0);
	yyjson_doc_free(doc);
	free(result.err);
}

/* Sum of the context switches of all threads of @pid. */
static uint64_t switches_of(pid_t pid)
{
	char path[300], line[256];
	struct dirent *entry;
	uint64_t sum = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	if (!dir)
		fail_msg("cannot open %s", path);
	while ((entry = readdir(dir))) {
		const char *colon;
		FILE *f;

		if (*entry->d_name == '.')
			continue;
		snprintf(path, sizeof(path), "/proc/%d/task/%s/status", pid, entry->d_name);
		f = fopen(path, "re");
		while (f && fgets(line, sizeof(line), f))
			if (strstr(line, "voluntary_ctxt_switches") && (colon = strchr(line, ':')))
				sum += strtoull(colon + 1, NULL, 10);
		if (f)
			fclose(f);
	}
	closedir(dir);
	return sum;
}

/* Start a tracer whose standard output is @out, and whose line of -i comes out of @in. */
static pid_t start_idle(int out, int in)
{
	/* Only events of this test, which causes none. */
	const char *const argv[] = { runfiles_tool(), "-i", "--process-setgid", "--pid=self",
				     NULL };
	const struct proc_options proc = { .argv = argv, .out = out };
	struct pollfd ready = { .fd = in, .events = POLLIN };
	struct stat st;
	pid_t pid;

	assert_int_equal(proc_spawn(&proc, &pid), 0);
	/* A file is always readable, also if it is empty. */
	for (int i = 0; i < 600; i++) {
		if (in < 0 || fstat(in, &st) < 0)
			break;
		if (S_ISREG(st.st_mode) ? st.st_size > 0 : poll(&ready, 1, 0) == 1)
			return pid;
		usleep(proc_scaled_ms(100) * 1000U);
	}
	fail_msg("eventstrace did not become ready");
	return -1;
}

enum { IDLE_PIPE, IDLE_FILE, IDLE_TERMINAL, IDLE_OUTPUTS };

/*
 * eventstrace does not run while there are no events, whether its output is a pipe, a file or a
 * terminal. Try again if an event of another process has woken it.
 */
static void test_idle(void **state)
{
	int fds[2], master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), slave;
	int file = memfd_create("output", MFD_CLOEXEC), tries = 0, status;
	uint64_t before[IDLE_OUTPUTS], after[IDLE_OUTPUTS];
	pid_t pids[IDLE_OUTPUTS];

	(void)state;
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	assert_true(master >= 0 && file >= 0);
	assert_int_equal(grantpt(master) | unlockpt(master), 0);
	slave = open(ptsname(master), O_WRONLY | O_NOCTTY | O_CLOEXEC);
	assert_true(slave >= 0);
	pids[IDLE_PIPE] = start_idle(fds[1], fds[0]);
	pids[IDLE_FILE] = start_idle(file, file);
	pids[IDLE_TERMINAL] = start_idle(slave, master);
	sleep(2);
	do {
		for (int i = 0; i < IDLE_OUTPUTS; i++)
			before[i] = switches_of(pids[i]);
		sleep(5);
		for (int i = 0; i < IDLE_OUTPUTS; i++)
			after[i] = switches_of(pids[i]);
	} while (memcmp(after, before, sizeof(after)) != 0 && ++tries < 4);
	for (int i = 0; i < IDLE_OUTPUTS; i++) {
		assert_true(before[i] > 0);
		assert_int_equal(after[i], before[i]);
		kill(pids[i], SIGTERM);
		assert_int_equal(proc_wait(pids[i], 20000, &status), 0);
		assert_int_equal(status, 0);
	}
	close(fds[0]);
	close(fds[1]);
	close(file);
	close(slave);
	close(master);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reader_is_stopped),
		cmocka_unit_test(test_rings_are_tiny),
		cmocka_unit_test(test_flood_spares_execs),
		cmocka_unit_test(test_failed_execs_spare_execs),
		cmocka_unit_test(test_reader_is_killed),
		cmocka_unit_test(test_lone_event),
		cmocka_unit_test(test_none_is_stuck),
		cmocka_unit_test(test_none_is_stuck_between_naps),
		cmocka_unit_test(test_none_is_stuck_with_tiny_rings),
		cmocka_unit_test(test_none_is_stuck_as_the_kernel_wakes),
		cmocka_unit_test(test_burst_in_a_nap),
		cmocka_unit_test(test_idle),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
