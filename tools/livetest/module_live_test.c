/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel modules. On a kernel without modules, eventstrace reports that, and still records the
 * other events.
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
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/livetest/cannot.h"
#include "tools/livetest/caserun.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/output.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/suite.h"
#include "tools/livetest/tracer.h"

/*
 * If loaded modules are the only wanted event, eventstrace exits with status 4 and reports what the
 * kernel lacks.
 */
static void test_alone(void **state)
{
	const char *argv[] = { runfiles_tool(), "-d", "5", "--process-load-module", NULL };
	struct proc_options proc = { .argv = argv };
	int status;
	char *err;

	(void)state;
	status = output_of(&proc, NULL, &err);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 4)
		fail_msg("wait status is 0x%x; it says: %s", (unsigned int)status, err);
	if (!strstr(err, "process-load-module") || !strstr(err, "module_load"))
		fail_msg("it says: %s", err);
	free(err);
}

/* If all process events are wanted, eventstrace reports the same and records the other events. */
static void test_among_others(void **state)
{
	static const char *const flags[] = { "-e", "process", NULL };
	struct tracer_options opts = { .flags = flags };
	const char *exec = "\"event_type\":\"PROCESS_EXEC\"", *load = "PROCESS_LOAD_MODULE";
	struct tracer_result result;
	struct tracer *tracer;
	struct caserun run;
	size_t execs = 0;
	char ours[64];

	(void)state;
	assert_int_equal(tracer_start(&opts, &tracer), 0);
	caserun_run("load_module", NULL, &run);
	assert_int_equal(tracer_stop(tracer, SIGTERM, &result), 0);
	assert_int_equal(result.status, 0);
	if (run.rc || run.status)
		fail_msg("the case failed, wait status 0x%x: %s", (unsigned int)run.status,
			 run.err);
	snprintf(ours, sizeof(ours), "\"tgid\":%d,", run.pid);
	for (size_t i = 0; i < result.count; i++) {
		execs += strstr(result.lines[i], exec) && strstr(result.lines[i], ours);
		assert_null(strstr(result.lines[i], load));
	}
	assert_int_equal(execs, 1);
	if (!strstr(result.err, "process-load-module cannot be seen"))
		fail_msg("it says: %s", result.err);
	tracer_result_free(&result);
	caserun_free(&run);
}

static int run_without(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alone),
		cmocka_unit_test(test_among_others),
	};

	if (!cannot("module", "no modules in this kernel (no /proc/modules): no event of one here"))
		return 1;
	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(int argc, char **argv)
{
	/* module_suite.c tests a kernel that supports modules. */
	return access("/proc/modules", F_OK) ? run_without(argc, argv) : suite_main(argc, argv);
}
