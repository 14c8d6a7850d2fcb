/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Other programs read the output: python3 -m json.tool and jq read hostile lines, and write lines
 * that must be equal. Both programs are pinned. READER_PYTHON and READER_JQ are their paths.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>
#include <yyjson.h>

#include "tools/livetest/caserun.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/tracer.h"

static struct tracer_result result;
static int lines_fd; /* descriptor of a file with the lines */

static int set_up(void **state)
{
	static const char *const flags[] = { "--process-exec", "--process-exec-failed",
					     "--process-tty-write", "--process-fork", NULL };
	struct tracer_options opts = { .flags = flags };
	const char *const cases[] = { "exec_args", "exec_failed", "tty_slave", "comm", "cwd" };
	struct tracer *tracer;

	(void)state;
	if (tracer_start(&opts, &tracer))
		return -1;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct caserun run;

		caserun_run(cases[i], NULL, &run);
		if (run.rc || run.status)
			return -1;
		caserun_free(&run);
	}
	if (tracer_stop(tracer, SIGTERM, &result) || result.status)
		return -1;
	lines_fd = memfd_create("lines", MFD_CLOEXEC);
	for (size_t i = 0; i < result.count; i++)
		dprintf(lines_fd, "%s\n", result.lines[i]);
	return 0;
}

/* Each line that the reader writes must be equal to its input line. */
static void check_reader(const char *const *argv)
{
	struct proc_options proc = { .argv = argv, .in = lines_fd };
	int outs[2], errs[2], status, rc;
	char *out, *line, *rest;
	size_t n = 0;
	pid_t pid;

	assert_int_equal(lseek(lines_fd, 0, SEEK_SET), 0);
	assert_int_equal(pipe2(outs, O_CLOEXEC), 0);
	errs[0] = memfd_create("errors", MFD_CLOEXEC);
	proc.out = outs[1];
	proc.err = errs[0];
	rc = proc_spawn(&proc, &pid);
	if (rc)
		fail_msg("%s: %s", argv[0], strerror(-rc));
	close(outs[1]);
	out = proc_read_all(outs[0], 60000);
	close(outs[0]);
	assert_int_equal(proc_wait(pid, 60000, &status), 0);
	assert_int_equal(status, 0);
	rest = out;
	while ((line = strsep(&rest, "\n")) && *line) {
		yyjson_doc *theirs = yyjson_read(line, strlen(line), 0), *ours;

		assert_true(n < result.count);
		ours = yyjson_read(result.lines[n], result.lens[n], 0);
		assert_non_null(theirs);
		assert_non_null(ours);
		if (!yyjson_equals(yyjson_doc_get_root(theirs), yyjson_doc_get_root(ours)))
			fail_msg("line %zu: it reads %.300s, we %.300s", n + 1, line,
				 result.lines[n]);
		yyjson_doc_free(theirs);
		yyjson_doc_free(ours);
		n++;
	}
	assert_int_equal(n, result.count);
	close(errs[0]);
	free(out);
}

static void test_python(void **state)
{
	const char *const argv[] = { getenv("READER_PYTHON"), "-m",        "json.tool",
				     "--json-lines",          "--compact", NULL };

	(void)state;
	assert_non_null(argv[0]);
	check_reader(argv);
}

static void test_jq(void **state)
{
	const char *const argv[] = { getenv("READER_JQ"), "-c", ".", NULL };

	(void)state;
	assert_non_null(argv[0]);
	check_reader(argv);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_python),
		cmocka_unit_test(test_jq),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests(tests, set_up, NULL);
}
