/* SPDX-License-Identifier: BSD-2-Clause */
/* copied_test STRESS: runs a copy of the program stress, without Bazel's runfiles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

static const char *program;

/* The program reports that the runfiles are missing, and how to start the benchmark. */
static void test_copied(void **state)
{
	const char *folder = getenv("TEST_TMPDIR");
	char command[8192], text[4096];
	size_t n;
	FILE *f;

	(void)state;
	snprintf(command, sizeof(command),
		 "cp '%s' '%s/copy' && env -u TEST_SRCDIR '%s/copy' -w exec-spam 2>&1", program,
		 folder ? folder : "/tmp", folder ? folder : "/tmp");
	f = popen(command, "re"); /* NOLINT(cert-env33-c) */
	if (!f)
		fail_msg("cannot start a shell");
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	assert_int_equal(WEXITSTATUS(pclose(f)), 1);
	if (!strstr(text, "copy.runfiles") || !strstr(text, "bazelw run //bench:stress"))
		fail_msg("%s", text);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_copied) };

	if (argc != 2)
		return 2;
	program = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
