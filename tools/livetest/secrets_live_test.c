/* SPDX-License-Identifier: BSD-2-Clause */
/* Protection of recordings: file permissions, links of other users, --redact. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <yyjson.h>

#include "lib/include/eventstrace.h"
#include "tools/livetest/memory.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/tracer.h"

#define STATUS_OUTPUT 5

static char dir[64], recording[96], file[96], aside[96];

static int make_dir(void **state)
{
	(void)state;
	umask(022);
	snprintf(dir, sizeof(dir), "/tmp/eventstrace-secrets-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(recording, sizeof(recording), "%s/recording", dir);
	snprintf(file, sizeof(file), "%s/file", dir);
	snprintf(aside, sizeof(aside), "%s/aside", dir);
	return 0;
}

static int remove_dir(void **state)
{
	(void)state;
	unlink(recording);
	unlink(file);
	unlink(aside);
	return rmdir(dir);
}

static char *contents(const char *path, size_t *ret_size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *text;

	if (fd < 0 || fstat(fd, &st))
		fail_msg("%s: %s", path, strerror(errno));
	text = must_realloc(NULL, (size_t)st.st_size + 1);
	assert_int_equal(pread(fd, text, (size_t)st.st_size, 0), st.st_size);
	text[st.st_size] = '\0';
	*ret_size = (size_t)st.st_size;
	close(fd);
	return text;
}

static void write_file(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || fchmod(fd, mode))
		fail_msg("%s: %s", path, strerror(errno));
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static mode_t mode_of(const char *path)
{
	struct stat st;

	if (lstat(path, &st))
		fail_msg("%s: %s", path, strerror(errno));
	return st.st_mode & 07777;
}

static void assert_contents(const char *path, const char *text)
{
	size_t size;
	char *is = contents(path, &size);

	assert_string_equal(is, text);
	free(is);
}

/*
 * Replay the recording with the options @a and @b. Return: the exit status; *@ret_err: standard
 * error, for free(3).
 */
static int replay(const char *a, const char *b, char **ret_err)
{
	const char *argv[] = { runfiles_tool(), "--replay", recording, a, b, NULL };
	int err = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600), status, rc;
	struct proc_options proc = { .argv = argv, .err = err };
	pid_t pid;

	if (err < 0)
		fail_msg("/tmp: %s", strerror(errno));
	rc = proc_spawn(&proc, &pid);
	if (rc)
		fail_msg("%s: %s", runfiles_tool(), strerror(-rc));
	assert_int_equal(proc_wait(pid, 60000, &status), 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(lseek(err, 0, SEEK_SET), 0);
	*ret_err = proc_read_all(err, 1000);
	close(err);
	return WEXITSTATUS(status);
}

static void replays_to(const char *path, const char *more, bool warns)
{
	char *err;
	int status = replay(more ? more : "-s", path, &err);

	if (status)
		fail_msg("%s: status %d: %s", path, status, err);
	if (warns != !!strstr(err, "others can read it"))
		fail_msg("%s: %s", path, err);
	free(err);
}

static void refuses(const char *path, const char *why)
{
	char *err;
	int status = replay("-o", path, &err);

	if (status != STATUS_OUTPUT || !strstr(err, why))
		fail_msg("%s: status %d: %s", path, status, err);
	free(err);
}

/* ---- tests -------------------------------------------------------------------------------- */

static void spawn(const char *path, const char *one, const char *two)
{
	const char *const argv[] = { path, one, two, NULL };
	struct proc_options proc = { .argv = argv };
	int status;
	pid_t pid;

	/* A failed exec is an event too. */
	if (proc_spawn(&proc, &pid) == 0)
		assert_int_equal(proc_wait(pid, 60000, &status), 0);
}

/* The output, the recording and its replay contain the same lines, and no secrets. */
static void test_redact(void **state)
{
	const char *const flags[] = { "-s",
				      "-e",
				      "exec,exec-failed,fork",
				      "--redact",
				      "--password=*",
				      "--redact",
				      "h?nter2",
				      "--record",
				      recording,
				      "-o",
				      "-",
				      NULL };
	struct tracer_options opts = { .flags = flags };
	struct tracer_result result;
	struct tracer *tracer;
	size_t size, at = 0, redacted = 0;
	char out[128], *text;

	(void)state;
	assert_int_equal(tracer_start(&opts, &tracer), 0);
	spawn(runfiles_case("noop"), "--password=hunter2", "kept");
	spawn("/nonexistent/program", "hunter2", "kept");
	assert_int_equal(tracer_stop(tracer, SIGTERM, &result), 0);
	assert_int_equal(result.status, 0);
	assert_int_equal(mode_of(recording), 0600);

	text = contents(recording, &size);
	assert_null(memmem(text, size, "hunter2", 7));
	free(text);
	for (size_t i = 0; i < result.count; i++) {
		assert_null(strstr(result.lines[i], "hunter2"));
		redacted += !!strstr(result.lines[i], ",\"***\",\"kept\"]");
	}
	assert_int_equal(redacted, 2);

	snprintf(out, sizeof(out), "--output=%s", file);
	replays_to(out, NULL, false);
	text = contents(file, &size);
	for (size_t i = 1; i < result.count; i++) {
		assert_true(at + result.lens[i] < size);
		assert_memory_equal(text + at, result.lines[i], result.lens[i]);
		at += result.lens[i] + 1;
	}
	assert_int_equal(at, size);
	free(text);
	unlink(file);
	tracer_result_free(&result);
}

/* --redact also works on the replay of an unredacted recording. */
static void test_redact_replayed(void **state)
{
	char out[128], *text;
	size_t size;

	(void)state;
	snprintf(out, sizeof(out), "--output=%s", file);
	replays_to(out, "--redact=kep?", false);
	text = contents(file, &size);
	assert_null(strstr(text, "\"kept\""));
	assert_non_null(strstr(text, ",\"***\",\"***\"]"));
	free(text);
	unlink(file);
}

static void test_modes(void **state)
{
	char out[128];

	(void)state;
	snprintf(out, sizeof(out), "--output=%s", file);
	replays_to(out, NULL, false);
	assert_int_equal(mode_of(file), 0600);
	/* An existing file of this user is emptied, and keeps its permissions. */
	write_file(file, "before", 0644);
	replays_to(out, NULL, true);
	assert_int_equal(mode_of(file), 0644);
	write_file(file, "before", 0600);
	replays_to(out, "--mode=0666", false);
	assert_int_equal(mode_of(file), 0600);
	unlink(file);
	/* --mode applies with any umask. */
	replays_to(out, "--mode=0664", false);
	assert_int_equal(mode_of(file), 0664);
	unlink(file);
}

static void test_links(void **state)
{
	char out[128];

	(void)state;
	snprintf(out, sizeof(out), "--output=%s", file);
	write_file(aside, "aside", 0600);
	/* A link is followed if no other user can write to its directory. */
	assert_int_equal(symlink("aside", file), 0);
	replays_to(out, NULL, false);
	assert_true(mode_of(aside) == 0600);

	write_file(aside, "aside", 0600);
	assert_int_equal(chmod(dir, 01777), 0);
	refuses(file, "symbolic link");
	assert_contents(aside, "aside");
	unlink(aside);
	refuses(file, "symbolic link");
	assert_int_equal(access(aside, F_OK), -1);
	unlink(file);

	/* A symbolic link in the middle of the path is refused. */
	assert_int_equal(symlink("/tmp", aside), 0);
	snprintf(out, sizeof(out), "%s/eventstrace-secrets-file", aside);
	refuses(out, "symbolic link");
	unlink(aside);
	assert_int_equal(chmod(dir, 0700), 0);
}

static void test_files_of_others(void **state)
{
	(void)state;
	write_file(file, "theirs", 0666);
	assert_int_equal(chown(file, 1234, 1234), 0);
	assert_int_equal(chmod(dir, 01777), 0);
	refuses(file, "not ours alone");
	assert_contents(file, "theirs");
	/* A file of this user to which another user has made a second link. */
	unlink(file);
	write_file(aside, "ours", 0600);
	assert_int_equal(link(aside, file), 0);
	refuses(file, "not ours alone");
	assert_contents(file, "ours");
	unlink(file);
	unlink(aside);
	assert_int_equal(chmod(dir, 0700), 0);
}

/* ---- environments ------------------------------------------------------------------------- */

#define VARIABLES 150

/*
 * This list matches every third variable. It also has names that match no variable, such as a part
 * of a name.
 */
#define WANTED "W,WANTED_*,x*,WANTE,W_,LC_ALL"

static bool is_wanted(const char *variable)
{
	return !strncmp(variable, "W=", 2) || !strncmp(variable, "WANTED_", 7) ||
	       !strncmp(variable, "x", 1);
}

/*
 * Variables of many lengths. Programs read the strings in chunks, so strings begin and end at all
 * offsets of a chunk.
 */
static const char **make_environment(void)
{
	static char text[VARIABLES][512];
	static const char *envp[VARIABLES + 1];

	for (unsigned int i = 0; i < VARIABLES; i++) {
		const char *name = i % 3    ? i % 7 ? "OTHER" : "WANT"
				   : i % 6  ? "WANTED_"
				   : i % 12 ? "W"
					    : "x";
		int len = snprintf(text[i], sizeof(text[i]), "%s%s=", name,
				   !strcmp(name, "W") || i % 5 ? "" : "12");

		memset(text[i] + len, 'a' + (int)(i % 26), i * 37 % 290);
		envp[i] = text[i];
	}
	/* A string without "=", and an empty one. */
	envp[7] = "";
	envp[8] = "x";
	envp[10] = "WANTED";
	envp[VARIABLES] = NULL;
	return envp;
}

static yyjson_doc *exec_of(const struct tracer_result *result, const char *mark)
{
	for (size_t i = 1; i < result->count; i++) {
		yyjson_doc *doc = yyjson_read(result->lines[i], result->lens[i], 0);
		yyjson_val *root = yyjson_doc_get_root(doc);

		if (yyjson_equals_str(yyjson_obj_get(root, "event_type"), "PROCESS_EXEC") &&
		    yyjson_equals_str(yyjson_arr_get(yyjson_obj_get(root, "argv"), 1), mark))
			return doc;
		yyjson_doc_free(doc);
	}
	fail_msg("there is no exec with the argument %s", mark);
	return NULL;
}

/*
 * Check that the event has the variables of @envp that match @wanted, and the number of the others.
 * @wanted: NULL if all are wanted.
 */
static void check_environment(const struct tracer_result *result, const char *mark,
			      const char *const *envp, bool (*wanted)(const char *))
{
	yyjson_doc *doc = exec_of(result, mark);
	yyjson_val *root = yyjson_doc_get_root(doc), *env = yyjson_obj_get(root, "env");
	size_t kept = 0, left_out = 0;

	for (; *envp; envp++) {
		yyjson_val *is = yyjson_arr_get(env, kept);

		if (wanted && !wanted(*envp)) {
			left_out++;
			continue;
		}
		if (!yyjson_equals_str(is, *envp))
			fail_msg("%s: variable %zu is %s in place of %s", mark, kept,
				 is ? yyjson_get_str(is) : "absent", *envp);
		kept++;
	}
	assert_int_equal(yyjson_arr_size(env), kept);
	assert_int_equal(yyjson_get_uint(yyjson_obj_get(root, "env_filtered")), left_out);
	assert_null(yyjson_obj_get(root, "env_flags"));
	yyjson_doc_free(doc);
}

static bool is_nothing(const char *variable)
{
	(void)variable;
	return false;
}

static bool is_harmless(const char *variable)
{
	return !strncmp(variable, "PATH=", 5) || !strncmp(variable, "LD_", 3);
}

static const char *const formats[] = { "fixed", "varlen", "direct" };

static struct tracer *trace_with(const char *format, const char *env)
{
	char format_flag[64], env_flag[512];
	const char *const flags[] = { "-s", "-e", "exec", format_flag, env_flag, NULL };
	struct tracer_options opts = { .flags = flags };
	struct tracer *tracer;

	snprintf(format_flag, sizeof(format_flag), "--wire-format=%s", format);
	snprintf(env_flag, sizeof(env_flag), "--env=%s", env);
	assert_int_equal(tracer_start(&opts, &tracer), 0);
	return tracer;
}

static void exec_marked(const char *mark, const char *const *envp)
{
	const char *const argv[] = { runfiles_case("noop"), mark, NULL };
	struct proc_options proc = { .argv = argv, .envp = envp };
	int status;
	pid_t pid;

	assert_int_equal(proc_spawn(&proc, &pid), 0);
	assert_int_equal(proc_wait(pid, 60000, &status), 0);
}

static void stop_tracer(struct tracer *tracer, struct tracer_result *ret)
{
	assert_int_equal(tracer_stop(tracer, SIGTERM, ret), 0);
	assert_int_equal(ret->status, 0);
}

static void exec_with(const char *format, const char *env, const char *const *envp,
		      struct tracer_result *ret)
{
	struct tracer *tracer = trace_with(format, env);

	exec_marked("marked", envp);
	stop_tracer(tracer, ret);
}

static void test_environment(void **state)
{
	static const char *const secret[] = { "PATH=/bin", "AWS_SECRET_ACCESS_KEY=hunter2",
					      "LD_PRELOAD=x.so", "PATHS=x", NULL };
	const char **envp = make_environment();
	struct tracer_result result;

	(void)state;
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		exec_with(formats[i], WANTED, envp, &result);
		check_environment(&result, "marked", envp, is_wanted);
		tracer_result_free(&result);
		exec_with(formats[i], "none", envp, &result);
		check_environment(&result, "marked", envp, is_nothing);
		tracer_result_free(&result);
		exec_with(formats[i], "all", envp, &result);
		check_environment(&result, "marked", envp, NULL);
		tracer_result_free(&result);
		exec_with(formats[i], ET_ENV_DEFAULT, secret, &result);
		check_environment(&result, "marked", secret, is_harmless);
		tracer_result_free(&result);
	}
}

static bool is_term(const char *variable)
{
	return !strncmp(variable, "TERM=", 5);
}

/*
 * The BPF programs read environment strings in windows of 2,048 bytes, and 32 bytes more. The first
 * string has @sizes bytes, so the wanted one begins before or after the end of the first window.
 */
static void test_window(void **state)
{
	static const unsigned int sizes[] = { 2046, 2048, 2049, 2055, 2069, 2070, 2080, 2081 };
	static char text[sizeof(sizes) / sizeof(sizes[0])][2112];

	(void)state;
	for (size_t f = 0; f < sizeof(formats) / sizeof(formats[0]); f++) {
		struct tracer *tracer = trace_with(formats[f], "TERM");
		struct tracer_result result;
		char mark[32];

		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			const char *const envp[] = { text[i], "TERM=xterm", NULL };

			memset(text[i], 'a', sizes[i] - 1);
			snprintf(mark, sizeof(mark), "after-%u", sizes[i]);
			exec_marked(mark, envp);
		}
		stop_tracer(tracer, &result);
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			const char *const envp[] = { text[i], "TERM=xterm", NULL };

			snprintf(mark, sizeof(mark), "after-%u", sizes[i]);
			check_environment(&result, mark, envp, is_term);
		}
		tracer_result_free(&result);
	}
}

/* The rules do not apply to devices and to open files. */
static void test_devices(void **state)
{
	(void)state;
	replays_to("--output=/dev/null", NULL, false);
	replays_to("--output=/dev/fd/1", NULL, false);
	replays_to("--output=/dev/stdout", NULL, false);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_redact),          cmocka_unit_test(test_redact_replayed),
		cmocka_unit_test(test_modes),           cmocka_unit_test(test_links),
		cmocka_unit_test(test_files_of_others), cmocka_unit_test(test_devices),
		cmocka_unit_test(test_environment),     cmocka_unit_test(test_window),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
