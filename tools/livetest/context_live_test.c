/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * --context for a process that began before the tracer: an event has the process's program and
 * arguments. An event of its child names the process as parent. A later process with the same
 * number is a different process. A replay prints the same lines.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <yyjson.h>

#include "tools/livetest/output.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/tracer.h"

static char own_path[PATH_MAX];

static void make_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		_exit(2);
	close(fd);
}

/*
 * The program of the test's child, which is this binary with --act. It waits for a byte, makes a
 * file, and starts a child that makes another file.
 */
static int act(const char *path)
{
	char child_path[PATH_MAX], byte;
	int status;
	pid_t pid;

	if (read(STDIN_FILENO, &byte, 1) != 1)
		return 3;
	make_file(path);
	snprintf(child_path, sizeof(child_path), "%s.child", path);
	pid = fork();
	if (pid < 0)
		return 4;
	if (!pid) {
		make_file(child_path);
		_exit(0);
	}
	return waitpid(pid, &status, 0) == pid ? status : 5;
}

/*
 * A child with process number @number makes a file. Return: false if the kernel does not permit the
 * number.
 */
static bool act_as(pid_t number, const char *path)
{
	struct clone_args args = {
		.exit_signal = SIGCHLD,
		.set_tid = (uintptr_t)&number,
		.set_tid_size = 1,
	};
	long pid = syscall(SYS_clone3, &args, sizeof(args));
	int status;

	if (!pid) {
		make_file(path);
		_exit(0);
	}
	if (pid < 0)
		return false;
	assert_int_equal(pid, number);
	assert_int_equal(waitpid(number, &status, 0), number);
	assert_int_equal(status, 0);
	return true;
}

struct folder {
	char path[PATH_MAX - 64], file[PATH_MAX], record[PATH_MAX];
};

static void make_folder(struct folder *f)
{
	const char *tmp = getenv("TEST_TMPDIR");

	snprintf(f->path, sizeof(f->path), "%s/context.XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(f->path));
	snprintf(f->file, sizeof(f->file), "%s/file", f->path);
	snprintf(f->record, sizeof(f->record), "%s/record", f->path);
}

/* The event that has this file's path, for yyjson_doc_free(). */
static yyjson_doc *find(const struct tracer_result *r, const char *file, const char *suffix)
{
	char path[PATH_MAX + 16];

	snprintf(path, sizeof(path), "%s%s", file, suffix);
	for (size_t i = 0; i < r->count; i++) {
		yyjson_doc *doc = yyjson_read(r->lines[i], r->lens[i], 0);
		yyjson_val *root = yyjson_doc_get_root(doc);

		assert_non_null(doc);
		if (yyjson_equals_str(yyjson_obj_get(root, "path"), path))
			return doc;
		yyjson_doc_free(doc);
	}
	fail_msg("no event of %s", path);
	return NULL;
}

static yyjson_val *context_of(yyjson_doc *doc, const char *member)
{
	yyjson_val *context = yyjson_obj_get(yyjson_doc_get_root(doc), "context");

	assert_non_null(context);
	return yyjson_obj_get(context, member);
}

static const char *text(yyjson_val *object, const char *member)
{
	const char *s = yyjson_get_str(yyjson_obj_get(object, member));

	return s ? s : "";
}

static void check_old(yyjson_doc *doc, pid_t pid, const char *file)
{
	yyjson_val *process = context_of(doc, "process"), *args = yyjson_obj_get(process, "args");
	yyjson_val *parent = context_of(doc, "parent"), *first;

	assert_int_equal(yyjson_get_uint(yyjson_obj_get(process, "tgid")), pid);
	assert_string_equal(text(process, "executable"), own_path);
	assert_int_equal(yyjson_arr_size(args), 3);
	assert_string_equal(yyjson_get_str(yyjson_arr_get(args, 1)), "--act");
	assert_string_equal(yyjson_get_str(yyjson_arr_get(args, 2)), file);
	assert_int_equal(strlen(text(process, "start")), 30);
	assert_null(yyjson_obj_get(process, "stale"));
	assert_int_equal(yyjson_get_uint(yyjson_obj_get(parent, "tgid")), getpid());
	assert_string_equal(text(parent, "executable"), own_path);
	first = yyjson_arr_get_first(context_of(doc, "ancestors"));
	assert_string_equal(text(first, "entity_id"), text(parent, "entity_id"));
	assert_string_equal(yyjson_get_str(context_of(doc, "user")), "root");
	assert_string_equal(yyjson_get_str(context_of(doc, "group")), "root");
}

/* Check an event of the child of the process in @old. */
static void check_child(yyjson_doc *doc, yyjson_doc *old)
{
	yyjson_val *process = context_of(doc, "process"), *parent = context_of(doc, "parent");
	yyjson_val *ancestors = context_of(doc, "ancestors");
	yyjson_val *old_process = context_of(old, "process");

	assert_string_equal(text(process, "executable"), own_path);
	assert_string_not_equal(text(process, "entity_id"), text(old_process, "entity_id"));
	assert_string_equal(text(parent, "entity_id"), text(old_process, "entity_id"));
	assert_int_equal(yyjson_arr_size(ancestors),
			 1 + yyjson_arr_size(context_of(old, "ancestors")));
	assert_string_equal(text(yyjson_arr_get(ancestors, 1), "entity_id"),
			    text(context_of(old, "parent"), "entity_id"));
}

static void check_replay(const struct tracer_result *r, const char *record)
{
	char option[PATH_MAX + 16];
	const char *const argv[] = {
		runfiles_tool(), "--context", "-e", "file-create", option, NULL
	};
	const struct proc_options proc = { .argv = argv };
	char *out, *p;

	snprintf(option, sizeof(option), "--replay=%s", record);
	assert_int_equal(output_of(&proc, &out, NULL), 0);
	p = out;
	/* The first line is the one that -i prints, which a recording does not contain. */
	for (size_t i = 1; i < r->count; i++) {
		if (strncmp(p, r->lines[i], r->lens[i]) != 0 || p[r->lens[i]] != '\n')
			fail_msg("replayed: %.*s\nat once: %s", (int)r->lens[i], p, r->lines[i]);
		p += r->lens[i] + 1;
	}
	assert_int_equal(*p, 0);
	free(out);
}

static void test_context(void **state)
{
	char option[PATH_MAX + 16], again[PATH_MAX + 16];
	const char *const flags[] = { "--context", "-s", "-e",   "file-create",
				      "-o",        "-",  option, NULL };
	const struct tracer_options opts = { .flags = flags };
	yyjson_doc *old, *child, *later, *summary;
	struct tracer_result result;
	struct tracer *tracer;
	struct folder folder;
	int fds[2], status;
	bool reused;
	pid_t pid;

	(void)state;
	make_folder(&folder);
	snprintf(option, sizeof(option), "--record=%s", folder.record);
	{
		const char *const argv[] = { own_path, "--act", folder.file, NULL };
		struct proc_options proc = { .argv = argv };

		assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
		proc.in = fds[0];
		assert_int_equal(proc_spawn(&proc, &pid), 0);
	}
	assert_int_equal(tracer_start(&opts, &tracer), 0);
	assert_int_equal(write(fds[1], "x", 1), 1);
	assert_int_equal(proc_wait(pid, 10000, &status), 0);
	assert_int_equal(status, 0);
	/* Start times have a unit of 10 ms, so both starts must differ by more. */
	usleep(50000);
	snprintf(again, sizeof(again), "%s.again", folder.file);
	reused = act_as(pid, again);
	if (!reused)
		print_message("a number cannot be used again here: %s\n", strerror(errno));
	assert_int_equal(tracer_stop(tracer, SIGINT, &result), 0);

	old = find(&result, folder.file, "");
	check_old(old, pid, folder.file);
	child = find(&result, folder.file, ".child");
	check_child(child, old);
	if (reused) {
		yyjson_val *process;

		later = find(&result, again, "");
		process = context_of(later, "process");
		assert_int_equal(yyjson_get_uint(yyjson_obj_get(process, "tgid")), pid);
		assert_string_not_equal(text(process, "entity_id"),
					text(context_of(old, "process"), "entity_id"));
		yyjson_doc_free(later);
	}
	/*
	 * eventstrace reads forks, execs and exits for the context only. They are not printed, and
	 * the summary does not list them.
	 */
	for (size_t i = 1; i < result.count; i++)
		if (strncmp(result.lines[i], "{\"event_type\":\"FILE_CREATE\"", 27) != 0 &&
		    strncmp(result.lines[i], "{\"event_type\":\"LOST\"", 20) != 0)
			fail_msg("%s", result.lines[i]);
	summary = tracer_summary(&result);
	assert_true(yyjson_is_true(yyjson_obj_get(yyjson_doc_get_root(summary), "accounted")));
	assert_int_equal(yyjson_obj_size(yyjson_obj_get(yyjson_doc_get_root(summary), "events")),
			 1);
	yyjson_doc_free(summary);
	check_replay(&result, folder.record);
	yyjson_doc_free(old);
	yyjson_doc_free(child);
	tracer_result_free(&result);
	close(fds[0]);
	close(fds[1]);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_context),
	};
	ssize_t n;

	if (argc == 3 && !strcmp(argv[1], "--act"))
		return act(argv[2]);
	n = readlink("/proc/self/exe", own_path, sizeof(own_path) - 1);
	if (n < 0 || runfiles_init(argc, argv) < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
