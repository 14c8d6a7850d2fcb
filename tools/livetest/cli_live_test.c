/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The interface of eventstrace: exit statuses, errors, when it stops, and how soon it prints an
 * event.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
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
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <yyjson.h>

#include "tools/livetest/caserun.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/output.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/suite.h"
#include "tools/livetest/tracer.h"

/* ---- whole runs of eventstrace ------------------------------------------------------------- */

/* A run of eventstrace that has ended. */
struct ended {
	int status; /* exit status; -1: a signal ended it */
	char *out, *err;
};

/*
 * Run eventstrace to its end. @out is a descriptor for standard output; 0: keep the text. @flags
 * begins after the program's name.
 */
static struct ended run_tool(const char *const *flags, int out, int (*prepare)(void *), void *ctx)
{
	const char *argv[16] = { "eventstrace" };
	struct proc_options proc = { .argv = argv, .prepare = prepare, .prepare_ctx = ctx };
	struct ended ret = { .status = -1 };
	int status;

	for (int i = 0; flags[i]; i++)
		argv[i + 1] = flags[i];
	/*
	 * Execute by descriptor: the user of the child may have no access to the binary's folder.
	 */
	proc.program_fd = open(runfiles_tool(), O_RDONLY | O_CLOEXEC);
	assert_true(proc.program_fd >= 0);
	proc.out = out;
	status = output_of(&proc, out ? NULL : &ret.out, &ret.err);
	close(proc.program_fd);
	if (out)
		ret.out = strdup("");
	if (WIFEXITED(status))
		ret.status = WEXITSTATUS(status);
	return ret;
}

/*
 * Check that eventstrace printed one line of error that contains @about, printed nothing on
 * standard output, and exited with @status.
 */
static void expect_error(struct ended e, int status, const char *about)
{
	size_t len = strlen(e.err);

	if (e.status != status)
		fail_msg("exit status is %d, not %d; it says: %s", e.status, status, e.err);
	if (!len || strchr(e.err, '\n') != e.err + len - 1)
		fail_msg("not one line of error: \"%s\"", e.err);
	if (!strstr(e.err, about))
		fail_msg("the error does not mention \"%s\": %s", about, e.err);
	assert_string_equal(e.out, "");
	free(e.out);
	free(e.err);
}

/* ---- the binary --------------------------------------------------------------------------- */

/* The binary names no interpreter and no libraries, so it needs no file of the host. */
static void test_static(void **state)
{
	const Elf64_Ehdr *elf;
	const Elf64_Phdr *segment;
	struct stat st;
	int fd;

	(void)state;
	fd = open(runfiles_tool(), O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st))
		fail_msg("%s: %s", runfiles_tool(), strerror(errno));
	elf = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	assert_ptr_not_equal(elf, MAP_FAILED);
	assert_memory_equal(elf->e_ident, ELFMAG, SELFMAG);
	assert_int_equal(elf->e_ident[EI_CLASS], ELFCLASS64);
	segment = (const void *)((const char *)elf + elf->e_phoff);
	assert_int_not_equal(elf->e_phnum, 0);
	for (int i = 0; i < elf->e_phnum; i++) {
		const Elf64_Dyn *d = (const void *)((const char *)elf + segment[i].p_offset);

		assert_int_not_equal(segment[i].p_type, PT_INTERP);
		if (segment[i].p_type != PT_DYNAMIC)
			continue;
		for (; d->d_tag != DT_NULL; d++)
			assert_int_not_equal(d->d_tag, DT_NEEDED);
	}
	munmap((void *)elf, (size_t)st.st_size);
	close(fd);
}

/* ---- missing resources -------------------------------------------------------------------- */

/* In the child: change to a root directory that contains only /proc and, if *@ctx, /sys. */
static int enter_empty_root(void *ctx)
{
	const char *root = "/tmp";
	bool with_sys = *(bool *)ctx;

	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("tmpfs", root, "tmpfs", 0, "mode=755") || mkdir("/tmp/proc", 0755) ||
	    mkdir("/tmp/sys", 0755) || mount("/proc", "/tmp/proc", NULL, MS_BIND | MS_REC, NULL))
		return errno;
	if (with_sys && mount("/sys", "/tmp/sys", NULL, MS_BIND | MS_REC, NULL))
		return errno;
	if (chroot(root) || chdir("/"))
		return errno;
	return 0;
}

static void test_empty_root(void **state)
{
	const char *const flags[] = { "-i",
				      "-d",
				      "0.3",
				      "--process-fork",
				      "--process-exec",
				      "--process-exit",
				      "--process-setsid",
				      "--process-setuid",
				      "--process-setgid",
				      "--process-tty-write",
				      "--process-exec-failed",
				      NULL };
	const char *const first = "{\"probes_initialized\": true,";
	bool with_sys = true;
	struct ended e;

	(void)state;
	e = run_tool(flags, 0, enter_empty_root, &with_sys);
	if (e.status)
		fail_msg("exit status is %d; it says: %s", e.status, e.err);
	if (strncmp(e.out, first, strlen(first)))
		fail_msg("it printed: %.200s", e.out);
	free(e.out);
	free(e.err);
}

static void test_no_btf(void **state)
{
	const char *const flags[] = { "-d", "5", "--process-exec", NULL };
	bool with_sys = false;

	(void)state;
	expect_error(run_tool(flags, 0, enter_empty_root, &with_sys), 4, "BTF");
}

static int have_few_descriptors(void *ctx)
{
	const struct rlimit limit = { *(rlim_t *)ctx, *(rlim_t *)ctx };

	return setrlimit(RLIMIT_NOFILE, &limit) ? errno : 0;
}

/* The error names the limit, whichever call needed one descriptor too many. */
static void test_few_descriptors(void **state)
{
	static const rlim_t limits[] = { 12, 20, 40, 80 };
	const char *const flags[] = { "-a", "-d", "5", NULL };

	(void)state;
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		rlim_t limit = limits[i];
		char about[64];

		snprintf(about, sizeof(about), "too few file descriptors: %llu are allowed",
			 (unsigned long long)limit);
		expect_error(run_tool(flags, 0, have_few_descriptors, &limit), 1, about);
	}
}

/*
 * A link that only has to stay open keeps no descriptor in eventstrace: lib/attach/fd_store.c. So
 * all events fit into this limit.
 */
static void test_descriptors(void **state)
{
	const char *const flags[] = { "-a", "-i", "-s", "-d", "0.3", NULL };
	rlim_t limit = 129;
	struct ended e;

	(void)state;
	e = run_tool(flags, 0, have_few_descriptors, &limit);
	if (e.status)
		fail_msg("exit status is %d; it says: %s", e.status, e.err);
	if (!strstr(e.err, "\"accounted\":true"))
		fail_msg("it says: %s", e.err);
	free(e.out);
	free(e.err);
}

static int leave_proc(void *ctx)
{
	(void)ctx;
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    umount2("/proc", MNT_DETACH))
		return errno;
	return 0;
}

/* Without /proc, only the summary's numbers that come from /proc are missing. */
static void test_no_proc(void **state)
{
	const char *const flags[] = { "-d", "0.3", "-s", "--process-exec", NULL };
	struct ended e;

	(void)state;
	e = run_tool(flags, 0, leave_proc, NULL);
	if (e.status)
		fail_msg("exit status is %d; it says: %s", e.status, e.err);
	if (!strstr(e.err, "\"accounted\":true") || !strstr(e.err, "\"locked\":null,"))
		fail_msg("it says: %s", e.err);
	free(e.out);
	free(e.err);
}

static int become_nobody(void *ctx)
{
	(void)ctx;
	if (setgroups(0, NULL) || setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534))
		return errno;
	return 0;
}

static void test_no_privileges(void **state)
{
	const char *const flags[] = { "-d", "5", "--process-exec", NULL };

	(void)state;
	expect_error(run_tool(flags, 0, become_nobody, NULL), 3, "CAP_");
}

static void test_unknown_flag(void **state)
{
	const char *const flags[] = { "--no-such-flag", NULL };
	const char *const unknown_event[] = { "-e", "process-nothing", NULL };

	(void)state;
	expect_error(run_tool(flags, 0, NULL, NULL), 2, "no-such-flag");
	expect_error(run_tool(unknown_event, 0, NULL, NULL), 2, "process-nothing");
}

/* Kprobes have no hook for an exec. */
static void test_cannot_attach(void **state)
{
	const char *const flags[] = { "-d", "5", "--attach=kprobe", "--process-exec", NULL };

	(void)state;
	expect_error(run_tool(flags, 0, NULL, NULL), 4, "process-exec");
}

static void test_unwritable_output(void **state)
{
	const char *const flags[] = { "-d", "5", "-o", "/nonexistent/folder/file", "--process-exec",
				      NULL };
	const char *const full[] = { "-i", "-d", "5", "-o", "/dev/full", "--process-exec", NULL };
	const char *const folder[] = { "-d", "5", "--record=/tmp", "--process-exec", NULL };

	(void)state;
	expect_error(run_tool(flags, 0, NULL, NULL), 5, "/nonexistent/folder/file");
	expect_error(run_tool(full, 0, NULL, NULL), 5, "/dev/full");
	expect_error(run_tool(folder, 0, NULL, NULL), 5, "--record=/tmp/ writes segments");
}

/*
 * The pipe has no reader. eventstrace ends at once with an error. It does not wait for the next
 * event, and SIGPIPE does not end it.
 */
static void test_closed_pipe(void **state)
{
	const char *const flags[] = { "-d", "50", "--process-setsid", NULL };
	uint64_t begin = proc_now_ns();
	int fds[2];

	(void)state;
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	close(fds[0]);
	expect_error(run_tool(flags, fds[1], NULL, NULL), 5, "closed");
	close(fds[1]);
	assert_true(proc_now_ns() - begin < (uint64_t)proc_scaled_ms(20000) * 1000000);
}

/* ---- stopping ----------------------------------------------------------------------------- */

static struct tracer *start(const char *const *flags)
{
	struct tracer_options opts = { .flags = flags };
	struct tracer *tracer;
	int rc;

	rc = tracer_start(&opts, &tracer);
	if (rc)
		fail_msg("eventstrace cannot be started: %s", strerror(-rc));
	return tracer;
}

static void spawn_noop(int times)
{
	for (int i = 0; i < times; i++) {
		struct caserun run;

		caserun_run("noop", NULL, &run);
		assert_int_equal(run.rc, 0);
		assert_int_equal(run.status, 0);
		caserun_free(&run);
	}
}

static void finish(struct tracer *tracer, int sig, struct tracer_result *ret)
{
	struct mismatches r = { 0 };

	if (tracer_stop(tracer, sig, ret))
		mismatches_add(&r, "it had to be killed");
	if (!r.faults)
		suite_check_result(ret, &r);
	if (r.faults)
		fail_msg("%s", mismatches_text(&r));
	mismatches_free(&r);
}

static void test_count(void **state)
{
	static const char *const flags[] = { "-n", "7", "--process-exec", NULL };
	struct tracer_result result;
	struct tracer *tracer;
	int rc;

	(void)state;
	tracer = start(flags);
	spawn_noop(20);
	rc = tracer_stop(tracer, 0, &result);
	assert_int_equal(rc, 0);
	assert_int_equal(result.status, 0);
	assert_int_equal(result.count, 1 + 7);
	tracer_result_free(&result);
}

/*
 * The time of -d begins between `started` and `ready`. So the first difference is at least the time
 * of -d. The second depends on the load of the CPUs, and its limit only detects a hang.
 */
static void test_duration(void **state)
{
	static const char *const flags[] = { "-s", "-d", "3", "--process-setsid", NULL };
	uint64_t started, ready, ended;
	struct tracer_result result;
	struct tracer *tracer;

	(void)state;
	started = proc_now_ns();
	tracer = start(flags);
	ready = proc_now_ns();
	finish(tracer, 0, &result);
	ended = proc_now_ns();
	tracer_result_free(&result);
	if (ended - started < 3000000000ULL ||
	    ended - ready > (uint64_t)proc_scaled_ms(15000) * 1000000)
		fail_msg("it took %llu ms, %llu of them ready",
			 (unsigned long long)(ended - started) / 1000000,
			 (unsigned long long)(ended - ready) / 1000000);
}

/*
 * All events before the signal are in the output. eventstrace is stopped (SIGSTOP) while they
 * happen. When it continues, the signal that ends it is already pending.
 */
static void drains(int sig)
{
	static const char *const flags[] = { "-s", "--process-exit", NULL };
	struct tracer_result result;
	struct tracer *tracer;
	size_t found = 0;
	char ours[32];

	tracer = start(flags);
	tracer_kill(tracer, SIGSTOP);
	spawn_noop(100);
	tracer_kill(tracer, sig);
	finish(tracer, SIGCONT, &result);
	snprintf(ours, sizeof(ours), "\"ppid\":%d,", getpid());
	for (size_t i = 0; i < result.count; i++)
		found += strstr(result.lines[i], "\"comm\":\"noop\"") &&
			 strstr(result.lines[i], ours);
	tracer_result_free(&result);
	assert_int_equal(found, 100);
}

static void test_sigterm(void **state)
{
	(void)state;
	drains(SIGTERM);
}

/*
 * The output ends before the kernel has detached all programs. Since 6.13, the kernel waits for a
 * grace period for each hook on a system call.
 */
static void test_output_ends_first(void **state)
{
	const char *const argv[] = { runfiles_tool(), "-a", "-i", "-s", NULL };
	struct proc_options proc = { .argv = argv };
	uint64_t begin, ended, exited;
	int ends[2], status;
	char buf[65536];
	ssize_t n;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	proc.out = ends[1];
	assert_int_equal(proc_spawn(&proc, &pid), 0);
	close(ends[1]);
	/* eventstrace prints its first line after it has attached all programs. */
	n = read(ends[0], buf, sizeof(buf));
	assert_true(n > 0);
	assert_int_equal(kill(pid, SIGTERM), 0);
	begin = proc_now_ns();
	while ((n = read(ends[0], buf, sizeof(buf))) > 0)
		;
	ended = proc_now_ns();
	close(ends[0]);
	assert_int_equal(n, 0);
	assert_int_equal(proc_wait(pid, 30000, &status), 0);
	exited = proc_now_ns();
	assert_int_equal(status, 0);
	print_message("the output ends after %u ms, the process after %u ms\n",
		      (unsigned int)((ended - begin) / 1000000),
		      (unsigned int)((exited - begin) / 1000000));
	/* Some kernels detach all programs quickly. Then the difference is too small to measure. */
	if (exited - begin > 500000000)
		assert_true(2 * (ended - begin) < exited - begin);
}

static void test_sigint(void **state)
{
	(void)state;
	drains(SIGINT);
}

/* ---- remaining privileges ------------------------------------------------------------------ */

/* The number after @key in /proc/PID/status. */
static uint64_t of_status(pid_t pid, const char *key, int base)
{
	char path[64], line[256];
	uint64_t number = UINT64_MAX;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "re");
	if (!f)
		fail_msg("%s: %s", path, strerror(errno));
	while (fgets(line, sizeof(line), f))
		if (!strncmp(line, key, strlen(key)))
			number = strtoull(line + strlen(key), NULL, base);
	fclose(f);
	return number;
}

/* Mask of the capabilities that eventstrace keeps. Before 5.19, reading a map needs CAP_BPF. */
static uint64_t needed_capabilities(void)
{
	struct utsname name;
	int major, minor;

	assert_int_equal(uname(&name), 0);
	assert_int_equal(sscanf(name.release, "%d.%d", &major, &minor), 2);
	return major > 5 || (major == 5 && minor >= 19) ? 0 : 1ULL << 39;
}

static void test_privileges(void **state)
{
	static const char *const flags[] = { "-s", "-a", NULL };
	struct tracer_options opts = { .flags = flags };
	struct tracer_result result;
	struct tracer *tracer;
	yyjson_doc *doc;
	pid_t pid;

	(void)state;
	assert_int_equal(tracer_start(&opts, &tracer), 0);
	pid = tracer_pid(tracer);
	assert_int_equal(of_status(pid, "CapInh:", 16), 0);
	assert_int_equal(of_status(pid, "CapPrm:", 16), needed_capabilities());
	assert_int_equal(of_status(pid, "CapEff:", 16), needed_capabilities());
	assert_int_equal(of_status(pid, "CapBnd:", 16), 0);
	assert_int_equal(of_status(pid, "CapAmb:", 16), 0);
	assert_int_equal(of_status(pid, "NoNewPrivs:", 10), 1);
	/* The remaining privileges are enough to stop cleanly. */
	assert_int_equal(tracer_stop(tracer, SIGTERM, &result), 0);
	assert_int_equal(result.status, 0);
	doc = tracer_summary(&result);
	if (!yyjson_is_true(yyjson_doc_ptr_get(doc, "/accounted")))
		fail_msg("it says: %s", result.err);
	yyjson_doc_free(doc);
	tracer_result_free(&result);
}

static _Atomic unsigned int lines_seen;

static void count_line(void *ctx, const char *line, size_t len)
{
	(void)ctx;
	(void)line;
	(void)len;
	lines_seen++;
}

static uint64_t number(yyjson_val *object, const char *member)
{
	yyjson_val *val = yyjson_obj_get(object, member);

	if (!yyjson_is_uint(val))
		fail_msg("the summary has no number \"%s\"", member);
	return yyjson_get_uint(val);
}

/*
 * SIGTERM during a flood of events. eventstrace still writes all records that were in the rings
 * when it detached the programs. Their number, and the number of lost events, depend on how far
 * behind it was.
 */
static void test_sigterm_in_flood(void **state)
{
	static const char *const flags[] = { "-s", "--process-tty-write", "--ring-size", "64M",
					     NULL };
	const char *const argv[] = { runfiles_case("tty_flood"), "50000000", "1", NULL };
	struct tracer_options opts = { .flags = flags, .on_line = count_line };
	struct proc_options proc = { .argv = argv };
	struct tracer_result result;
	yyjson_val *root, *counts;
	struct tracer *tracer;
	yyjson_doc *doc;
	int status;
	pid_t pid;

	(void)state;
	assert_int_equal(tracer_start(&opts, &tracer), 0);
	assert_int_equal(proc_spawn(&proc, &pid), 0);
	while (lines_seen < 2000)
		usleep(1000);
	assert_int_equal(tracer_stop(tracer, SIGTERM, &result), 0);
	/* The flood was still running when eventstrace ended. */
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(proc_wait(pid, 10000, &status), 0);
	assert_true(WIFSIGNALED(status));

	assert_int_equal(result.status, 0);
	assert_false(result.partial);
	doc = tracer_summary(&result);
	root = yyjson_doc_get_root(doc);
	counts = yyjson_obj_get(yyjson_obj_get(root, "events"), "process-tty-write");
	if (!yyjson_is_true(yyjson_obj_get(root, "accounted")) ||
	    number(counts, "attempted") != number(counts, "sent") + number(counts, "lost") ||
	    number(counts, "received") != number(counts, "sent") ||
	    number(counts, "written") != number(counts, "sent") ||
	    number(counts, "written") >= lines_seen)
		fail_msg("%u lines came: %s", lines_seen, result.err);
	yyjson_doc_free(doc);
	tracer_result_free(&result);
}

/* ---- delays -------------------------------------------------------------------------------- */

static _Atomic unsigned int execs_of_noop;

static void count_noop(void *ctx, const char *line, size_t len)
{
	if (memmem(line, len, ctx, strlen(ctx)))
		execs_of_noop++;
}

#define LONE 10

/*
 * Without -u, eventstrace prints a lone event within 500 ms, and each event of a slow stream too.
 * Two of the events may take longer, because other processes may use the CPU.
 */
static void test_live(void **state)
{
	static const char *const flags[] = { "--process-exec", NULL };
	const uint64_t give_up = (uint64_t)proc_scaled_ms(30000) * 1000000;
	char name[4200];
	struct tracer_options opts = { .flags = flags, .on_line = count_noop, .ctx = name };
	unsigned int soon = 0;
	struct tracer_result result;
	struct tracer *tracer;
	uint64_t took, worst = 0;

	(void)state;
	snprintf(name, sizeof(name), "\"filename\":\"%s\"", runfiles_case("noop"));
	assert_int_equal(tracer_start(&opts, &tracer), 0);
	for (unsigned int i = 0; i < LONE; i++) {
		uint64_t begin;

		usleep(i < LONE / 2 ? 200000 : 20000);
		begin = proc_now_ns();
		spawn_noop(1);
		while (execs_of_noop <= i && proc_now_ns() - begin < give_up)
			usleep(500);
		took = proc_now_ns() - begin;
		assert_true(took < give_up);
		soon += took < (uint64_t)proc_scaled_ms(500) * 1000000;
		worst = took > worst ? took : worst;
	}
	tracer_stop(tracer, SIGTERM, &result);
	tracer_result_free(&result);
	print_message("slowest of %d: %llu ms\n", LONE, (unsigned long long)worst / 1000000);
	assert_true(soon >= LONE - 2);
}

/*
 * Largest number of instructions of one program that the verifier may examine. The largest on 6.18
 * was 125,000. If the verifier cannot merge the states of a loop, the number is many times as
 * large, and the start takes seconds.
 */
#define VERIFIED_MAX 250000

/*
 * libbpf prints more to standard error than a pipe holds, and run_tool() reads standard output
 * first.
 */
static int drop_stderr(void *ctx)
{
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	(void)ctx;
	return fd < 0 || dup2(fd, STDERR_FILENO) < 0 ? errno : 0;
}

static void check_verifier(const char *const *flags)
{
	struct ended e = run_tool(flags, 0, drop_stderr, NULL);
	size_t programs = 0;
	const char *line;

	assert_null(strstr(e.out, "the verifier rejects"));
	line = strstr(e.out, "\nprogram ");
	assert_non_null(line);
	while ((line = strchr(line + 1, '\n'))) {
		char name[64];
		unsigned long insns;

		if (sscanf(line, "\n%63s %lu", name, &insns) != 2)
			break;
		if (insns > VERIFIED_MAX)
			fail_msg("the verifier examines %lu instructions of %s, more than %d",
				 insns, name, VERIFIED_MAX);
		programs++;
	}
	assert_in_range(programs, 5, 100);
	free(e.out);
	free(e.err);
}

static void test_verifier(void **state)
{
	const char *const plain[] = { "--probe", "-v", "-e", "exec,exec-failed,file,setuid", NULL };
	const char *const filters[] = { "--probe",
					"-v",
					"-e",
					"exec,exec-failed,file,setuid",
					"--uid=0",
					"--exclude-uid=7",
					"--comm=a*",
					"--exclude-comm=?b*",
					"--tree=1",
					"--exclude-tree=2",
					"--cgroup=/",
					"--exclude-cgroup=/",
					"--path-prefix=/a",
					"--exclude-path-prefix=/b",
					NULL };

	(void)state;
	check_verifier(plain);
	check_verifier(filters);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_static),
		cmocka_unit_test(test_empty_root),
		cmocka_unit_test(test_no_btf),
		cmocka_unit_test(test_no_proc),
		cmocka_unit_test(test_few_descriptors),
		cmocka_unit_test(test_descriptors),
		cmocka_unit_test(test_no_privileges),
		cmocka_unit_test(test_unknown_flag),
		cmocka_unit_test(test_cannot_attach),
		cmocka_unit_test(test_verifier),
		cmocka_unit_test(test_unwritable_output),
		cmocka_unit_test(test_closed_pipe),
		cmocka_unit_test(test_count),
		cmocka_unit_test(test_duration),
		cmocka_unit_test(test_sigterm),
		cmocka_unit_test(test_sigint),
		cmocka_unit_test(test_output_ends_first),
		cmocka_unit_test(test_privileges),
		cmocka_unit_test(test_sigterm_in_flood),
		cmocka_unit_test(test_live),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
