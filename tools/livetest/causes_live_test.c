/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each loss has its cause, in the summary and in LOST lines. Events that a filter drops are not
 * lost.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/userfaultfd.h>
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
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <yyjson.h>

#include "tools/cases/pty.h"
#include "tools/livetest/cannot.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/tracer.h"

/* ---- results of a run --------------------------------------------------------------------- */

struct outcome {
	struct tracer_result result;
	yyjson_doc *summary;
};

/* A number of the summary, by its JSON pointer; 0 if the summary has none there. */
static uint64_t number(const struct outcome *o, const char *pointer)
{
	return yyjson_get_uint(yyjson_doc_ptr_get(o->summary, pointer));
}

static uint64_t lost_for(const struct outcome *o, const char *event, const char *cause)
{
	char pointer[128];

	snprintf(pointer, sizeof(pointer), "/events/%s/lost_by_cause/%s", event, cause);
	return number(o, pointer);
}

/*
 * Number of events that the LOST lines without a lane report, with this @cause; NULL: with any
 * cause.
 */
static uint64_t lines_for(const struct outcome *o, const char *cause)
{
	uint64_t sum = 0;

	for (size_t i = 1; i < o->result.count; i++) {
		yyjson_doc *doc = yyjson_read(o->result.lines[i], o->result.lens[i], 0);
		yyjson_val *line = yyjson_doc_get_root(doc), *lane = yyjson_obj_get(line, "lane");

		if (yyjson_equals_str(yyjson_obj_get(line, "event_type"), "LOST") &&
		    yyjson_get_sint(lane) == -1 &&
		    (!cause || yyjson_equals_str(yyjson_obj_get(line, "cause"), cause)))
			sum += yyjson_get_uint(yyjson_obj_get(line, "count"));
		yyjson_doc_free(doc);
	}
	return sum;
}

/* Stop the tracer. The account must add up. */
static void stop(struct tracer *tracer, struct outcome *ret)
{
	assert_int_equal(tracer_stop(tracer, SIGTERM, &ret->result), 0);
	ret->summary = tracer_summary(&ret->result);
	if (!yyjson_is_true(yyjson_doc_ptr_get(ret->summary, "/accounted")))
		fail_msg("not every event is accounted for: %s", ret->result.err);
}

static void outcome_free(struct outcome *o)
{
	yyjson_doc_free(o->summary);
	tracer_result_free(&o->result);
}

static const char *own_tree(void)
{
	static char flag[32];

	snprintf(flag, sizeof(flag), "--tree=%d", (int)getpid());
	return flag;
}

/* ---- segments of a write ------------------------------------------------------------------- */

#define SEGMENTS 200
#define SEEN     128 /* TTY_SEGMENTS of probes/process/tty_write.bpf.c */

/*
 * One writev(2) of SEGMENTS segments. Every @step-th segment has one byte, and the others are
 * empty.
 */
static void write_segments(const struct pty *pty, unsigned int step)
{
	static char byte[] = "x";
	struct iovec segments[SEGMENTS];
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		for (unsigned int i = 0; i < SEGMENTS; i++)
			segments[i] = (struct iovec){ byte, i % step == 0 };
		_exit(writev(pty->slave, segments, SEGMENTS) != SEGMENTS / step);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void check_segments(unsigned int step)
{
	const char *const flags[] = { "-s", "--process-tty-write", own_tree(), NULL };
	struct outcome o;
	struct tracer *tracer;
	struct pty pty;

	pty_open(&pty);
	pty_drain(&pty);
	tracer = tracer_begin(flags);
	write_segments(&pty, step);
	stop(tracer, &o);
	pty_close(&pty);
	assert_int_equal(number(&o, "/events/process-tty-write/attempted"), SEGMENTS / step);
	assert_int_equal(number(&o, "/events/process-tty-write/received"), SEEN / step);
	assert_int_equal(lost_for(&o, "process-tty-write", "SEGMENTS"), (SEGMENTS - SEEN) / step);
	assert_int_equal(number(&o, "/total/lost_by_cause/SEGMENTS"), (SEGMENTS - SEEN) / step);
	assert_int_equal(number(&o, "/events/process-tty-write/lost"), (SEGMENTS - SEEN) / step);
	assert_int_equal(lines_for(&o, "SEGMENTS"), (SEGMENTS - SEEN) / step);
	outcome_free(&o);
}

static void test_segments(void **state)
{
	(void)state;
	check_segments(1);
}

/* An empty segment is no event, so it is not counted as lost. */
static void test_empty_segments(void **state)
{
	(void)state;
	check_segments(2);
}

/* ---- threads in system calls --------------------------------------------------------------- */

/* more calls than the hash table set_ids has entries: probes/process/ids.bpf.c */
#define EXECS 2100
#define STACK 8192

/*
 * Processes that share this process's memory and wait in execve(2). The kernel waits for the page
 * that has the path: userfaultfd(2) handles the page fault.
 */
struct execs {
	int faults; /* descriptor of userfaultfd(2) */
	char *page, *stacks;
	pid_t pids[EXECS];
};

static int exec_missing(void *page)
{
	syscall(SYS_execve, page, NULL, NULL);
	_exit(0);
}

static bool waits_in_exec(pid_t pid)
{
	char path[64];
	int nr = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/syscall", (int)pid);
	f = fopen(path, "re");
	if (f && fscanf(f, "%d", &nr) != 1)
		nr = -1;
	if (f)
		fclose(f);
	return nr == SYS_execve;
}

/* Return: false if the kernel has no userfaultfd(2). */
static bool execs_begin(struct execs *e)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	long page_size = sysconf(_SC_PAGESIZE);

	e->faults = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	if (e->faults < 0) {
		assert_int_equal(errno, ENOSYS);
		return false;
	}
	e->page = mmap(NULL, (size_t)page_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);
	e->stacks = mmap(NULL, (size_t)EXECS * STACK, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(e->page != MAP_FAILED && e->stacks != MAP_FAILED);
	reg.range.start = (uintptr_t)e->page;
	reg.range.len = (__u64)page_size;
	assert_int_equal(ioctl(e->faults, UFFDIO_API, &api), 0);
	assert_int_equal(ioctl(e->faults, UFFDIO_REGISTER, &reg), 0);
	for (size_t i = 0; i < EXECS; i++) {
		e->pids[i] = clone(exec_missing, e->stacks + (i + 1) * STACK, CLONE_VM | SIGCHLD,
				   e->page);
		assert_true(e->pids[i] > 0);
	}
	for (size_t i = 0; i < EXECS; i++)
		while (!waits_in_exec(e->pids[i]))
			usleep(1000);
	return true;
}

/* Fill the page with zeros, so the kernel continues. The calls then fail: the path is empty. */
static void execs_end(struct execs *e)
{
	long page_size = sysconf(_SC_PAGESIZE);
	struct uffdio_zeropage zero = { .range = { (uintptr_t)e->page, (__u64)page_size } };
	int status;

	assert_int_equal(ioctl(e->faults, UFFDIO_ZEROPAGE, &zero), 0);
	for (size_t i = 0; i < EXECS; i++) {
		assert_int_equal(waitpid(e->pids[i], &status, 0), e->pids[i]);
		assert_int_equal(status, 0);
	}
	close(e->faults);
	munmap(e->page, (size_t)page_size);
	munmap(e->stacks, (size_t)EXECS * STACK);
}

/* A child changes its user and its group. Its last setresuid(2) fails with EPERM. */
static void change_ids(void)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(syscall(SYS_setresgid, 1234, 1234, 1234) ||
		      syscall(SYS_setresuid, 1234, 1234, 1234) || !syscall(SYS_setresuid, 0, 0, 0));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* Return: false if the kernel has no userfaultfd(2). */
static bool fill_ids(const char *filter, struct outcome *o)
{
	const char *const flags[] = { "-s", "--process-setuid", "--process-setgid", filter, NULL };
	static struct execs execs;
	struct tracer *tracer = tracer_begin(flags);
	bool can = execs_begin(&execs);

	if (can) {
		change_ids();
		execs_end(&execs);
	}
	stop(tracer, o);
	if (!can && !cannot("causes", "no userfaultfd(2) in this kernel (ENOSYS)"))
		fail_msg("this machine must be able to run it");
	return can;
}

/*
 * A call that did not change ids is no event. This is also true of calls that the table set_ids had
 * no room for.
 */
static void test_ids(void **state)
{
	struct outcome o;
	uint64_t refused;

	(void)state;
	if (fill_ids(own_tree(), &o)) {
		refused = number(&o, "/refused/set_ids");
		print_message("no room for %" PRIu64 " calls\n", refused);
		assert_int_equal(number(&o, "/total/attempted"), 2);
		assert_int_equal(lost_for(&o, "process-setuid", "PENDING_FULL"), refused ? 1 : 0);
		assert_int_equal(lost_for(&o, "process-setgid", "PENDING_FULL"), refused ? 1 : 0);
		assert_int_equal(number(&o, "/total/lost"), refused ? 2 : 0);
		assert_int_equal(lines_for(&o, "PENDING_FULL"), refused ? 2 : 0);
	}
	outcome_free(&o);
}

static void test_ids_of_nobody(void **state)
{
	struct outcome o;

	(void)state;
	if (fill_ids("--comm=nobody-has-it", &o)) {
		assert_int_equal(number(&o, "/total/attempted"), 0);
		assert_int_equal(number(&o, "/total/lost"), 0);
		assert_int_equal(lines_for(&o, NULL), 0);
	}
	outcome_free(&o);
}

/* ---- memory of tasks ----------------------------------------------------------------------- */

/*
 * Least number of bytes that one task's storage needs for the path of a system call and its lookup.
 */
#define PATH_BYTES 1024

/*
 * The programs keep the path of a system call in task storage. The summary reports this memory. A
 * task allocates it once, not for each call.
 */
static void test_grown(void **state)
{
	static const char *const flags[] = { "-e", "file-modify", "-s", "--attach=tracepoint",
					     NULL };
	struct tracer *tracer = tracer_begin(flags);
	struct outcome o;

	(void)state;
	for (int i = 0; i < 100; i++)
		assert_int_equal(chmod("/dev/fd/0/nothing", 0600), -1);
	stop(tracer, &o);
	print_message("%" PRIu64 " bytes for tasks\n", number(&o, "/grown/tasks"));
	assert_true(number(&o, "/grown/tasks") >= PATH_BYTES);
	outcome_free(&o);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_segments), cmocka_unit_test(test_empty_segments),
		cmocka_unit_test(test_ids),      cmocka_unit_test(test_ids_of_nobody),
		cmocka_unit_test(test_grown),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
