/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a recording ends when its surroundings fail. docs/faults.md lists all faults, and the test of
 * each.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <yyjson.h>

#include "tools/livetest/cannot.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/output.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/summary.h"
#include "tools/livetest/tracer.h"

/* Time-out in ms that only a hanging eventstrace reaches. */
#define HANGS_MS 60000

/* Number of execs, and bytes of arguments of each. Their events are larger than the small disk. */
#define EXECS  "200"
#define LENGTH "20000"

/* ---- eventstrace --------------------------------------------------------------------------- */

struct run {
	pid_t pid;
	int err; /* reading end of its standard error */
};

static struct run start(const char *const *flags, int (*prepare)(void *), void *ctx)
{
	const char *argv[16] = { runfiles_tool(), "-s" };
	struct proc_options proc = { .argv = argv, .prepare = prepare, .prepare_ctx = ctx };
	struct run run;
	int fds[2];

	for (int i = 0; flags[i]; i++)
		argv[i + 2] = flags[i];
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	proc.err = fds[1];
	assert_int_equal(proc_spawn(&proc, &run.pid), 0);
	close(fds[1]);
	run.err = fds[0];
	return run;
}

/*
 * Return: the exit status, or -1 if a signal ended the process. *@ret_err: its standard error, for
 * free(3).
 */
static int finish(struct run *run, char **ret_err)
{
	int status = 0;

	*ret_err = proc_read_all(run->err, HANGS_MS);
	close(run->err);
	assert_int_equal(proc_wait(run->pid, HANGS_MS, &status), 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Run eventstrace to its end. It must exit with @status and print @said. */
static void expect(const char *const *flags, int (*prepare)(void *), void *ctx, int status,
		   const char *said)
{
	struct run run = start(flags, prepare, ctx);
	char *err;
	int r = finish(&run, &err);

	if (r != status || !strstr(err, said))
		fail_msg("status %d, not %d with \"%s\"; it says: %s", r, status, said, err);
	free(err);
}

#define ACCOUNTED "\"accounted\":true"

static void run_case(const char *name, const char *count, const char *length)
{
	const char *argv[] = { runfiles_case(name), count, length, NULL };
	struct proc_options proc = { .argv = argv };

	assert_int_equal(proc_run(&proc, HANGS_MS), 0);
}

/* ---- output -------------------------------------------------------------------------------- */

/* Number of whole lines. Each must be JSON, but a last line without its newline may be cut. */
static uint64_t whole_lines(const char *text)
{
	const char *end;
	uint64_t n = 0;

	for (; (end = strchr(text, '\n')); text = end + 1, n++) {
		yyjson_doc *doc = yyjson_read(text, (size_t)(end - text), 0);

		if (!doc)
			fail_msg("no JSON: %.*s", (int)(end - text), text);
		yyjson_doc_free(doc);
	}
	return n;
}

static void wait_for_file(const char *path, const struct run *run)
{
	struct stat st = { 0 };
	int status;

	while (stat(path, &st) < 0 || !st.st_size) {
		if (waitpid(run->pid, &status, WNOHANG) != 0)
			fail_msg("it ended with status 0x%x", (unsigned int)status);
		usleep(1000);
	}
}

/*
 * The disk becomes full in the middle of a line. All whole lines are in the file, and the summary
 * counts exactly these.
 */
static void test_disk_full(void **state)
{
	char folder[] = "/tmp/faults.XXXXXX", path[64], *err, *text;
	const char *const flags[] = { "-i", "-u", "-e", "exec", "-o", path, NULL };
	struct run run;
	int status;

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(mount("tmpfs", folder, "tmpfs", 0, "size=256k"), 0);
	snprintf(path, sizeof(path), "%s/out", folder);
	run = start(flags, NULL, NULL);
	wait_for_file(path, &run);
	run_case("spawn", EXECS, LENGTH);
	status = finish(&run, &err);
	text = output_file(path, NULL);
	umount2(folder, MNT_DETACH);
	rmdir(folder);
	assert_int_equal(status, 5);
	assert_non_null(strstr(err, "No space left on device"));
	assert_true(summary_total(err, "written") > 0);
	/* The line that -i prints is no event. */
	assert_int_equal(summary_total(err, "written"), whole_lines(text) - 1);
	free(text);
	free(err);
}

/*
 * SIGKILL removes no written line, and the kernel detaches the programs. So the next eventstrace
 * runs as usual.
 */
static void test_killed(void **state)
{
	char path[] = "/tmp/faults.XXXXXX", *err, *text;
	const char *const flags[] = { "-i", "-u", "-e", "exec", "-o", path, NULL };
	const char *const again[] = { "-e", "exec", "-d", "0.1", NULL };
	int fd = mkostemp(path, O_CLOEXEC);
	uint64_t lines = 0;
	struct run run;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	run = start(again, NULL, NULL);
	assert_int_equal(finish(&run, &err), 0);
	free(err);
	run = start(flags, NULL, NULL);
	wait_for_file(path, &run);
	run_case("spawn", EXECS, "100");
	while (lines < strtoul(EXECS, NULL, 10)) {
		text = output_file(path, NULL);
		lines = whole_lines(text) - 1;
		free(text);
	}
	assert_int_equal(kill(run.pid, SIGKILL), 0);
	assert_int_equal(finish(&run, &err), -1);
	text = output_file(path, NULL);
	assert_true(whole_lines(text) - 1 >= lines);
	unlink(path);
	free(text);
	free(err);
	expect(again, NULL, NULL, 0, ACCOUNTED);
}

/* ---- descriptors --------------------------------------------------------------------------- */

static int close_some(void *ctx)
{
	for (const int *fd = ctx; *fd >= 0; fd++)
		close(*fd);
	return 0;
}

/* eventstrace opens no file as descriptor 0, 1 or 2. Writing to a closed descriptor fails. */
static void test_closed_descriptors(void **state)
{
	char path[] = "/tmp/faults.XXXXXX", *err, *text;
	const char *const to_file[] = { "-i", "-e", "exec", "-d", "0.3", "-o", path, NULL };
	const char *const to_stdout[] = { "-i", "-e", "exec", "-d", "5", NULL };
	int all[] = { 0, 1, 2, -1 }, in[] = { 0, -1 }, out[] = { 1, -1 };
	int fd = mkostemp(path, O_CLOEXEC);
	struct run run;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	expect(to_file, close_some, in, 0, ACCOUNTED);
	expect(to_stdout, close_some, out, 5, "cannot write stdout: Bad file descriptor");
	run = start(to_file, close_some, all);
	/* Standard error is closed, so the summary cannot be printed. */
	assert_int_equal(finish(&run, &err), 5);
	assert_string_equal(err, "");
	text = output_file(path, NULL);
	assert_true(whole_lines(text) >= 1);
	unlink(path);
	free(text);
	free(err);
}

/* ---- missing kernel features --------------------------------------------------------------- */

static int leave_tracefs(void *ctx)
{
	(void)ctx;
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return errno;
	/* Several file systems may be mounted on one another. */
	while (umount2("/sys/kernel/tracing", MNT_DETACH) == 0)
		;
	while (umount2("/sys/kernel/debug", MNT_DETACH) == 0)
		;
	return access("/sys/kernel/tracing/events", F_OK) == 0 ? EBUSY : 0;
}

/* eventstrace mounts a tracefs of its own, in a mount namespace of its own. */
static void test_no_tracefs(void **state)
{
	const char *const flags[] = { "-e", "setsid", "-d", "0.3", NULL };

	(void)state;
	expect(flags, leave_tracefs, NULL, 0, ACCOUNTED);
}

/* Mount a file with other contents over the kernel's BTF. */
static int corrupt_btf(void *ctx)
{
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount(ctx, "/sys/kernel/btf/vmlinux", NULL, MS_BIND, NULL))
		return errno;
	return 0;
}

static void test_corrupt_btf(void **state)
{
	const char *const flags[] = { "-e", "exec", "-d", "5", NULL };
	char path[] = "/tmp/faults.XXXXXX", junk[4096], *err;
	int fd = mkostemp(path, O_CLOEXEC), status;
	struct run run;

	(void)state;
	memset(junk, 0xa5, sizeof(junk));
	assert_int_equal(write(fd, junk, sizeof(junk)), sizeof(junk));
	close(fd);
	run = start(flags, corrupt_btf, path);
	status = finish(&run, &err);
	unlink(path);
	if (status != 4 || !strstr(err, "BTF") || strstr(err, "Unknown error"))
		fail_msg("status %d; it says: %s", status, err);
	free(err);
}

/* ---- privileges ---------------------------------------------------------------------------- */

static int lack_capability(void *ctx)
{
	return prctl(PR_CAPBSET_DROP, *(unsigned long *)ctx, 0, 0, 0) ? errno : 0;
}

/* Tracers that run at once: most of a run is waiting until the kernel has detached the programs. */
#define AT_ONCE 8

static void check_capability(unsigned long cap, struct run *run)
{
	char *err;
	int status = finish(run, &err);

	if (status)
		print_message("without capability %lu: %s", cap, err);
	if (!(status == 0 && strstr(err, ACCOUNTED)) && !(status == 3 && strstr(err, "CAP_")))
		fail_msg("without capability %lu: status %d; it says: %s", cap, status, err);
	free(err);
}

/* Without any one of the capabilities, eventstrace records, or names a capability that it needs. */
static void test_capabilities(void **state)
{
	const char *const flags[] = { "-e", "exec,setsid,tty-write", "-d", "0.05", NULL };
	struct run runs[AT_ONCE];

	(void)state;
	for (unsigned long first = 0; prctl(PR_CAPBSET_READ, first, 0, 0, 0) >= 0;
	     first += AT_ONCE) {
		unsigned long cap = first, end;

		for (; cap < first + AT_ONCE && prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
			runs[cap - first] = start(flags, lack_capability, &cap);
		end = cap;
		for (cap = first; cap < end; cap++)
			check_capability(cap, &runs[cap - first]);
	}
}

#define CAP_PERFMON 38
#define CAP_BPF     39

static int keep_two_capabilities(void *ctx)
{
	int r = leave_tracefs(ctx);

	for (unsigned long cap = 0; !r && prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		if (cap != CAP_PERFMON && cap != CAP_BPF)
			r = lack_capability(&cap);
	return r;
}

/*
 * Without tracefs, and without the capability to mount it, programs at system calls run on
 * tp_btf/sys_enter and sys_exit.
 */
static void test_two_capabilities(void **state)
{
	const char *const flags[] = { "-e", "setsid", "-n", "1", "-d", "20", NULL };
	struct run run = start(flags, keep_two_capabilities, NULL);
	siginfo_t ended = { 0 };
	char *err;
	int status;

	(void)state;
	while (waitid(P_PID, (id_t)run.pid, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       !ended.si_pid) {
		run_case("setsid", NULL, NULL);
		usleep(50000);
	}
	status = finish(&run, &err);
	if (status || !strstr(err, ACCOUNTED) || !strstr(err, "\"received\":1,"))
		fail_msg("status %d; it says: %s", status, err);
	free(err);
}

/* ---- many tracers -------------------------------------------------------------------------- */

#define TRACERS 20

/* Many tracers run at the same time. Each records all events, and accounts for all. */
static void test_many_tracers(void **state)
{
	static const char *const flags[] = {
		"-s", "-e", "exec", "--comm=spawn,noop", "--ring-size=64K", NULL
	};
	struct tracer_options opts = { .flags = flags };
	struct tracer *tracers[TRACERS];

	(void)state;
	for (int i = 0; i < TRACERS; i++)
		assert_int_equal(tracer_start(&opts, &tracers[i]), 0);
	for (int i = 0; i < 10; i++)
		run_case("noop", NULL, NULL);
	/* All stop at the same time: most of a stop is waiting for the kernel. */
	for (int i = 0; i < TRACERS; i++)
		tracer_kill(tracers[i], SIGTERM);
	for (int i = 0; i < TRACERS; i++) {
		struct tracer_result result;

		assert_int_equal(tracer_stop(tracers[i], 0, &result), 0);
		if (result.status || !strstr(result.err, ACCOUNTED) ||
		    summary_total(result.err, "received") < 10)
			fail_msg("tracer %d: status 0x%x; it says: %s", i,
				 (unsigned int)result.status, result.err);
		tracer_result_free(&result);
	}
}

/* ---- limits -------------------------------------------------------------------------------- */

/*
 * Make a cgroup with this controller, in the hierarchy of version 1 or 2. Return: false if there is
 * none.
 */
static bool make_cgroup(const char *controller, char path[128])
{
	static const char *const roots[] = { "/sys/fs/cgroup/%s", "/sys/fs/cgroup" };

	for (size_t i = 0; i < 2; i++) {
		char root[64], file[160];

		snprintf(root, sizeof(root), i ? "%s" : roots[0], i ? roots[1] : controller);
		snprintf(path, 128, "%s/faults.%d", root, getpid());
		if (mkdir(path, 0755) < 0)
			continue;
		snprintf(file, sizeof(file), "%s/%s.max", path, controller);
		if (access(file, F_OK) == 0)
			return true;
		snprintf(file, sizeof(file), "%s/%s.limit_in_bytes", path, controller);
		if (access(file, F_OK) == 0)
			return true;
		rmdir(path);
	}
	return false;
}

static int put_file(const char *folder, const char *name, const char *text)
{
	char path[256];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	n = write(fd, text, strlen(text));
	close(fd);
	return n < 0 ? EIO : 0;
}

static int join(void *ctx)
{
	return put_file(ctx, "cgroup.procs", "0");
}

/*
 * The cgroup permits no new thread. eventstrace still stops cleanly, and all events are accounted
 * for.
 */
static void test_no_threads(void **state)
{
	const char *const flags[] = { "-a", "-d", "0.3", NULL };
	char path[128];

	(void)state;
	if (!make_cgroup("pids", path)) {
		assert_true(cannot("faults/no_threads", "no cgroup has the pids controller"));
		return;
	}
	assert_int_equal(put_file(path, "pids.max", "1"), 0);
	expect(flags, join, path, 0, ACCOUNTED);
	assert_int_equal(rmdir(path), 0);
}

/* ---- CPUs ---------------------------------------------------------------------------------- */

/*
 * A CPU goes offline and returns. No other CPU loses an event, and the CPU's own events are
 * accounted for.
 */
static void test_cpu_off(void **state)
{
	static const char *const flags[] = { "-s", "-e", "exec,exit", NULL };
	const char *const cpu = "/sys/devices/system/cpu/cpu1";
	struct tracer_options opts = { .flags = flags };
	struct tracer_result result;
	struct tracer *tracer;
	int off, on;

	(void)state;
	if (access("/sys/devices/system/cpu/cpu1/online", W_OK) < 0) {
		assert_true(cannot("faults/cpu_off", "no second CPU that can be taken off"));
		return;
	}
	assert_int_equal(tracer_start(&opts, &tracer), 0);
	run_case("spawn", "100", "100");
	off = put_file(cpu, "online", "0");
	run_case("spawn", "100", "100");
	on = put_file(cpu, "online", "1");
	run_case("spawn", "100", "100");
	assert_int_equal(tracer_stop(tracer, SIGTERM, &result), 0);
	assert_int_equal(off, 0);
	assert_int_equal(on, 0);
	assert_int_equal(result.status, 0);
	assert_non_null(strstr(result.err, ACCOUNTED));
	assert_true(summary_total(result.err, "received") >= 600);
	assert_int_equal(summary_total(result.err, "lost"), 0);
	tracer_result_free(&result);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_disk_full),          cmocka_unit_test(test_killed),
		cmocka_unit_test(test_closed_descriptors), cmocka_unit_test(test_no_tracefs),
		cmocka_unit_test(test_corrupt_btf),        cmocka_unit_test(test_capabilities),
		cmocka_unit_test(test_two_capabilities),   cmocka_unit_test(test_many_tracers),
		cmocka_unit_test(test_no_threads),         cmocka_unit_test(test_cpu_off),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
