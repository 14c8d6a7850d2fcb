/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compares the wire formats. Each prints the same lines for the same work. A ring holds many more
 * packed records than fixed ones. If the kernel lacks a feature of `direct`, eventstrace reports
 * that.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <yyjson.h>

#include "tools/livetest/caserun.h"
#include "tools/livetest/memory.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/tracer.h"

/* Time-out in ms that only a hanging eventstrace reaches. */
#define HANGS_MS 60000

#define PROCESS_EVENTS "-s", "-e", "process"

static const char *const formats[] = { "fixed", "varlen", "direct", "auto" };

#define FORMATS (sizeof(formats) / sizeof(formats[0]))

static uint64_t number(yyjson_val *event, const char *object, const char *member)
{
	return yyjson_get_uint(yyjson_obj_get(yyjson_obj_get(event, object), member));
}

/* Exclude events of other processes: the ring has room for the expected events only. */
static const char *own_tree(void)
{
	static char flag[32];

	snprintf(flag, sizeof(flag), "--tree=%d", (int)getpid());
	return flag;
}

/* A number of the summary for one event type. */
static uint64_t summary_count(const char *err, const char *event, const char *name)
{
	/* With -v, other lines precede the summary. After losses, the summary is the last line. */
	const char *json = strstr(err, "{\"events\":");
	yyjson_val *root;
	yyjson_doc *doc;
	uint64_t n;

	if (!json)
		fail_msg("there is no summary: %s", err);
	doc = yyjson_read_opts((char *)(uintptr_t)json, strlen(json), YYJSON_READ_STOP_WHEN_DONE,
			       NULL, NULL);
	root = yyjson_doc_get_root(doc);
	if (!yyjson_is_true(yyjson_obj_get(root, "accounted")))
		fail_msg("not every event is accounted for: %s", err);
	n = number(yyjson_obj_get(root, "events"), event, name);
	yyjson_doc_free(doc);
	return n;
}

/* ---- the same lines ------------------------------------------------------------------------ */

/* The lines of a case's processes, without values that differ between runs. */
struct lines {
	char **line;
	size_t count;
};

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void lines_free(struct lines *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->line[i]);
	free(l->line);
	*l = (struct lines){ 0 };
}

/*
 * Replace values that differ between runs: process numbers, times, and the numbers of new
 * terminals, namespaces, directories and cgroups. All other bytes stay as eventstrace printed them.
 */
static void normalise(char *line)
{
	static const char *const numbers[] = { "\"ts_ns\":",
					       "\"tid\":",
					       "\"tgid\":",
					       "\"ppid\":",
					       "\"pgid\":",
					       "\"sid\":",
					       "\"minor\":",
					       "\"mnt\":",
					       "\"cgroup\":",
					       "\"cgroup_id\":",
					       "\"parent_cgroup_id\":",
					       "\"start_time_ns\":",
					       "\"start_boottime_ns\":",
					       "\"old_sid\":",
					       "\"old_pgid\":",
					       "\"/case-",
					       "\"/case v2 " };
	static const char folder[] = "/tmp/case.", time[] = "\"timestamp\":\"";
	char *at;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		for (at = line; (at = strstr(at, numbers[i]));) {
			size_t digits;

			at += strlen(numbers[i]);
			digits = strspn(at, "0123456789");
			assert_int_not_equal(digits, 0);
			*at++ = '#';
			memmove(at, at + digits - 1, strlen(at + digits - 1) + 1);
		}
	}
	for (at = line; (at = strstr(at, folder)); at += strlen(folder))
		memset(at + strlen(folder), 'X', strnlen(at + strlen(folder), 6));
	at = strstr(line, time);
	assert_non_null(at);
	at += strlen(time);
	memset(at, '#', strcspn(at, "\""));
}

/*
 * Mark the process @first and all its descendants. The lines of their forks may come in any order.
 */
static bool *descendants(const struct events *events, uint64_t first)
{
	/* PID_MAX_LIMIT of 64-bit kernels. */
	bool *ours = must_realloc(NULL, 1 << 22), more = true;

	memset(ours, 0, 1 << 22);
	ours[first] = true;
	while (more) {
		more = false;
		for (size_t i = 0; i < events->count; i++) {
			yyjson_val *event = yyjson_doc_get_root(events->docs[i]);
			uint64_t child = number(event, "child_pids", "tgid");

			if (!child || ours[child] || !ours[number(event, "parent_pids", "tgid")])
				continue;
			ours[child] = true;
			more = true;
		}
	}
	return ours;
}

/* The lines are sorted by text, because events of several CPUs come in any order. */
static void lines_of(const struct tracer_result *result, const struct events *events, pid_t first,
		     struct lines *ret)
{
	bool *ours = descendants(events, (uint64_t)first);

	*ret = (struct lines){ must_realloc(NULL, (events->count + 1) * sizeof(char *)), 0 };
	for (size_t i = 0; i < events->count; i++) {
		yyjson_val *event = yyjson_doc_get_root(events->docs[i]);
		bool fork = yyjson_obj_get(event, "child_pids") != NULL;

		if (!ours[number(event, fork ? "child_pids" : "pids", "tgid")])
			continue;
		/* The first line is the one that -i prints. Each following line is an event. */
		ret->line[ret->count] = strdup(result->lines[i + 1]);
		assert_non_null(ret->line[ret->count]);
		normalise(ret->line[ret->count++]);
	}
	qsort(ret->line, ret->count, sizeof(*ret->line), by_text);
	free(ours);
}

/*
 * These cases have hostile arguments, arguments and paths longer than their caps, deleted files,
 * other roots, failures and terminals.
 */
static const char *const cases[] = { "exec_args",    "exec_failed", "cwd",        "cwd_beyond",
				     "exec_deleted", "exec_chroot", "exec_memfd", "exec_script",
				     "execveat",     "comm",        "setuid",     "setsid",
				     "cgroup",       "tty_slave",   "tty_big",    "exec_unreadable",
				     "exec_replaced" };

#define CASES (sizeof(cases) / sizeof(cases[0]))

static void run_in_format(const char *format, struct lines lines[CASES])
{
	char flag[64];
	const char *const flags[] = { PROCESS_EVENTS, "--ring-size=64M", own_tree(), flag, NULL };
	struct tracer_options opts = { .flags = flags };
	struct tracer_result result;
	struct events events;
	struct mismatches r = { 0 };
	struct tracer *tracer;
	pid_t pids[CASES];

	snprintf(flag, sizeof(flag), "--wire-format=%s", format);
	assert_int_equal(tracer_start(&opts, &tracer), 0);
	for (size_t i = 0; i < CASES; i++) {
		struct caserun run;

		caserun_run(cases[i], NULL, &run);
		if (run.rc || run.status)
			fail_msg("%s failed: %s", cases[i], run.err);
		pids[i] = run.pid;
		caserun_free(&run);
	}
	assert_int_equal(tracer_stop(tracer, SIGTERM, &result), 0);
	assert_int_equal(result.status, 0);
	if (!strstr(result.err, format))
		fail_msg("the summary does not report %s: %s", format, result.err);
	assert_int_equal(summary_count(result.err, "process-exec", "lost"), 0);
	assert_int_equal(summary_count(result.err, "process-tty-write", "lost"), 0);
	events_parse(&result, &events, &r);
	if (r.faults || events.count + 1 != result.count)
		fail_msg("%s: %s", format, mismatches_text(&r));
	for (size_t i = 0; i < CASES; i++)
		lines_of(&result, &events, pids[i], &lines[i]);
	events_free(&events);
	tracer_result_free(&result);
}

static void compare(size_t c, const char *format, const struct lines *is, const struct lines *want)
{
	for (size_t i = 0; i < is->count && i < want->count; i++) {
		size_t at = 0;

		if (!strcmp(is->line[i], want->line[i]))
			continue;
		while (is->line[i][at] == want->line[i][at])
			at++;
		at = at < 200 ? 0 : at - 200;
		print_error("%s: %s\n...%.400s\nand %s\n...%.400s\n", cases[c], format,
			    is->line[i] + at, formats[0], want->line[i] + at);
		fail();
	}
	if (is->count != want->count)
		fail_msg("%s: %zu events in %s, %zu in %s", cases[c], is->count, format,
			 want->count, formats[0]);
}

static void test_same_lines(void **state)
{
	struct lines want[CASES], is[CASES];
	size_t sum = 0;

	(void)state;
	run_in_format(formats[0], want);
	for (size_t c = 0; c < CASES; c++) {
		/* At least the runner's fork, the exec, the exit and one event of the case. */
		assert_true(want[c].count >= 4);
		sum += want[c].count;
	}
	for (size_t f = 1; f < FORMATS; f++) {
		run_in_format(formats[f], is);
		for (size_t c = 0; c < CASES; c++) {
			compare(c, formats[f], &is[c], &want[c]);
			lines_free(&is[c]);
		}
	}
	for (size_t c = 0; c < CASES; c++)
		lines_free(&want[c]);
	print_message("%zu lines of %zu cases\n", sum, CASES);
}

/* ---- capacity of a ring --------------------------------------------------------------------- */

static void write_bytes(const char *count, pid_t *ret_pid)
{
	const char *const args[] = { count, "1", NULL };
	struct caserun run;

	caserun_run("tty_flood", args, &run);
	if (run.rc || run.status)
		fail_msg("tty_flood failed: %s", run.err);
	*ret_pid = run.pid;
	caserun_free(&run);
}

/* Number of events before the first lost one. */
struct before {
	uint64_t events;
	bool over;
};

static void count_before(void *ctx, const char *line, size_t len)
{
	static const char lost[] = "{\"event_type\":\"LOST\"";
	struct before *before = ctx;

	if (len > strlen(lost) && !memcmp(line, lost, strlen(lost)))
		before->over = true;
	else if (!before->over && memmem(line, len, "\"tty_out\":", 10))
		before->events++;
}

/* Fill a ring with one-byte terminal writes while its reader is stopped. */
static uint64_t ring_holds(const char *format)
{
	char flag[64];
	const char *const flags[] = {
		"-s", "--process-tty-write", "--ring-size=4M", "--fair=off", own_tree(), flag, NULL
	};
	struct before before = { 0 };
	struct tracer_options opts = { .flags = flags, .on_line = count_before, .ctx = &before };
	struct tracer_result result;
	struct tracer *tracer;
	pid_t pid;

	snprintf(flag, sizeof(flag), "--wire-format=%s", format);
	assert_int_equal(tracer_start(&opts, &tracer), 0);
	tracer_kill(tracer, SIGSTOP);
	write_bytes("60000", &pid);
	/* The flood has ended. The tracer continues only to print the events in the ring. */
	kill(tracer_pid(tracer), SIGTERM);
	tracer_kill(tracer, SIGCONT);
	assert_int_equal(tracer_stop(tracer, 0, &result), 0);
	assert_int_equal(result.status, 0);
	if (!before.over)
		fail_msg("%s: it is not full: %s", format, result.err);
	assert_int_equal(summary_count(result.err, "process-tty-write", "attempted"), 60000);
	tracer_result_free(&result);
	print_message("%s: %" PRIu64 " in 4 MiB\n", format, before.events);
	return before.events;
}

static void test_ring_holds(void **state)
{
	uint64_t fixed = ring_holds("fixed");

	(void)state;
	assert_true(ring_holds("varlen") >= 50 * fixed);
	assert_true(ring_holds("direct") >= 50 * fixed);
}

/* ---- a flood -------------------------------------------------------------------------------- */

/*
 * One burst of packed records takes less than half of the ring's 4 MiB. All bursts together fill it
 * several times.
 */
#define BURSTS      20
#define BURST       15000
#define BURST_WORDS "15000"

static _Atomic uint64_t came; /* number of terminal writes that were printed */

static void count_came(void *ctx, const char *line, size_t len)
{
	(void)ctx;
	came += memmem(line, len, "\"tty_out\":", 10) != NULL;
}

/*
 * Make terminal writes back to back, in bursts. The ring has room for one burst. The next burst
 * begins when all events of the burst before are printed. Return: the number of lost events.
 */
static uint64_t flood(const char *format, const char *wakeup)
{
	const uint64_t patience = (uint64_t)proc_scaled_ms(60000) * 1000000;
	char flag[64], wake[64];
	const char *const flags[] = {
		"-s", "--process-tty-write", "--ring-size=4M", "--fair=off", own_tree(), flag, wake,
		NULL
	};
	struct tracer_options opts = { .flags = flags, .on_line = count_came };
	uint64_t attempted, lost, begin;
	struct tracer_result result;
	struct tracer *tracer;
	pid_t pid;

	snprintf(flag, sizeof(flag), "--wire-format=%s", format);
	snprintf(wake, sizeof(wake), "--wakeup=%s", wakeup);
	came = 0;
	assert_int_equal(tracer_start(&opts, &tracer), 0);
	for (uint64_t i = 1; i <= BURSTS; i++) {
		write_bytes(BURST_WORDS, &pid);
		begin = proc_now_ns();
		while (came < i * BURST && proc_now_ns() - begin < patience)
			usleep(1000);
		if (came < i * BURST)
			break;
	}
	assert_int_equal(tracer_stop(tracer, SIGTERM, &result), 0);
	assert_int_equal(result.status, 0);
	attempted = summary_count(result.err, "process-tty-write", "attempted");
	lost = summary_count(result.err, "process-tty-write", "lost");
	print_message("%s, --wakeup=%s: %" PRIu64 " of %" PRIu64 " lost\n", format, wakeup, lost,
		      attempted);
	assert_int_equal(attempted, BURSTS * BURST);
	assert_int_equal(came, attempted - lost);
	assert_int_equal(summary_count(result.err, "process-tty-write", "written"), came);
	tracer_result_free(&result);
	return lost;
}

static void test_flood(void **state)
{
	(void)state;
	assert_int_equal(flood("varlen", "adaptive"), 0);
	assert_int_equal(flood("direct", "adaptive"), 0);
	assert_int_equal(flood("varlen", "always"), 0);
}

/* ---- a kernel without a feature ------------------------------------------------------------- */

#define BTF "/sys/kernel/btf/vmlinux"

/* Copy the kernel's BTF, but replace the name of @function. */
static int make_btf(const char *path, const char *function)
{
	int in = open(BTF, O_RDONLY | O_CLOEXEC);
	int out = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	size_t len = 0, room = 1 << 20, name = strlen(function) + 1;
	char *btf = must_realloc(NULL, room), *end, *at;
	ssize_t n;

	while ((n = read(in, btf + len, room - len)) > 0) {
		len += (size_t)n;
		if (len == room)
			btf = must_realloc(btf, room *= 2);
	}
	end = btf + len;
	/* The name also occurs at the end of longer names. Only a complete name follows a NUL. */
	for (at = btf; (at = memmem(at, (size_t)(end - at), function, name)); at++) {
		if (at > btf && !at[-1])
			at[0] = 'X';
	}
	n = write(out, btf, len);
	free(btf);
	close(in);
	close(out);
	return n == (ssize_t)len && n > 0 ? 0 : EIO;
}

static int hide_function(void *ctx)
{
	static const char path[] = "/tmp/btf";
	int err;

	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("tmpfs", "/tmp", "tmpfs", 0, "mode=755"))
		return errno;
	err = make_btf(path, ctx);
	if (err)
		return err;
	return mount(path, BTF, NULL, MS_BIND, NULL) ? errno : 0;
}

/* An eventstrace whose BTF lacks a function. */
struct without {
	const char *function, *format;
	pid_t pid;
	int err; /* reading end of its standard error */
};

static void without_start(struct without *w)
{
	char flag[64];
	/* Execute by descriptor: a new mount may hide the binary's directory. */
	const char *argv[] = { "eventstrace", "-s", "-d", "0.1", "-o", "/dev/null", flag, NULL };
	struct proc_options proc = { .argv = argv,
				     .prepare = hide_function,
				     .prepare_ctx = (void *)(uintptr_t)w->function };
	int err[2];

	snprintf(flag, sizeof(flag), "--wire-format=%s", w->format);
	proc.program_fd = open(runfiles_tool(), O_RDONLY | O_CLOEXEC);
	assert_true(proc.program_fd >= 0);
	assert_int_equal(pipe2(err, O_CLOEXEC), 0);
	proc.err = err[1];
	assert_int_equal(proc_spawn(&proc, &w->pid), 0);
	close(proc.program_fd);
	close(err[1]);
	w->err = err[0];
}

/* Wait for its end. Return: the exit status; *@ret_err: the standard error, for free(3). */
static int without_finish(struct without *w, char **ret_err)
{
	int status;

	*ret_err = proc_read_all(w->err, HANGS_MS);
	close(w->err);
	assert_int_equal(proc_wait(w->pid, HANGS_MS, &status), 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/*
 * Run eventstrace in each of @formats, all at the same time: most of a run is waiting until the
 * kernel has detached the programs.
 */
static void without_start_all(struct without *runs, const char *function,
			      const char *const *in_formats, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		runs[i] = (struct without){ .function = function, .format = in_formats[i] };
		without_start(&runs[i]);
	}
}

static void test_without_direct(void **state)
{
	static const char *const functions[] = {
		"bpf_iter_num_new",
		"bpf_probe_read_user_dynptr",
		"bpf_probe_read_user_str_dynptr",
		"bpf_probe_read_kernel_dynptr",
	};
	static const char *const tried[] = { "direct", "auto", "fixed" };
	char *err;

	(void)state;
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		struct without runs[3];

		without_start_all(runs, functions[i], tried, 3);
		assert_int_equal(without_finish(&runs[0], &err), 4);
		if (!strstr(err, functions[i]) || strchr(err, '\n') != err + strlen(err) - 1)
			fail_msg("not one line about it: %s", err);
		free(err);

		if (without_finish(&runs[1], &err))
			fail_msg("without %s auto gives: %s", functions[i], err);
		if (!strstr(err, "\"wire_format\":\"auto: varlen\""))
			fail_msg("without %s auto is not varlen: %s", functions[i], err);
		free(err);
		assert_int_equal(without_finish(&runs[2], &err), 0);
		free(err);
	}
}

/* As on kernels before 6.2: without typed pointers, programs read all fields by helper calls. */
static void test_without_typed_pointers(void **state)
{
	struct without runs[FORMATS];
	char *err;

	(void)state;
	without_start_all(runs, "bpf_rdonly_cast", formats, FORMATS);
	for (size_t f = 0; f < FORMATS; f++) {
		if (without_finish(&runs[f], &err))
			fail_msg("%s without typed pointers: %s", formats[f], err);
		free(err);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_lines),
		cmocka_unit_test(test_ring_holds),
		cmocka_unit_test(test_flood),
		cmocka_unit_test(test_without_direct),
		cmocka_unit_test(test_without_typed_pointers),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
