/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel crashes while a job runs. The run is incomplete, vm_run() does not try again, and the
 * kernel's log has the crash.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tools/vmtest/cli.h"
#include "tools/vmtest/faults.h"
#include "tools/vmtest/vm.h"

static struct cli args;
static bool begun, ended;

static void take_line(void *ctx, const char *line)
{
	(void)ctx;
	printf("| %s\n", line);
	begun |= !strcmp(line, "vmtest: begin crash");
	ended |= !strncmp(line, "vmtest: end", 11);
}

static void test_crash(void **state)
{
	const struct vm_options opts = {
		.qemu = args.qemu,
		.cpu = args.cpu,
		.cpus = args.cpus,
		.kernel = args.kernel,
		.initrds = args.initrds,
		.parameters = args.parameters,
		.jobs = "crash\t60\tHOME=/\t--\t/tests/crash\n",
		.seconds = 240,
		.on_line = take_line,
	};
	struct vm_result result;

	(void)state;
	assert_int_equal(vm_run(&opts, &result), 0);
	assert_true(begun);
	assert_false(ended);
	assert_false(result.complete);
	assert_int_equal(result.boots, 1);
	assert_true(faults_find(result.console, stdout) > 0);
	free(result.console);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_crash),
	};

	if (cli_parse(argc, argv, &args) < 0)
		return 2;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
