/* SPDX-License-Identifier: BSD-2-Clause */
/* bundle_test BUNDLE: runs a copy of BUNDLE, without Bazel's runfiles. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

static const char *bundle;
static char copy[4096];

/* Run the copy with @args. Check its exit status, and that its output contains @words. */
static void run(const char *args, int status, const char *words)
{
	static char text[1 << 20];
	char command[8192];
	int got;
	size_t n;
	FILE *f;

	snprintf(command, sizeof(command),
		 "cd / && env -u TEST_SRCDIR -u RUNFILES_DIR '%s' %s 2>&1", copy, args);
	f = popen(command, "re"); /* NOLINT(cert-env33-c) */
	if (!f)
		fail_msg("cannot start a shell");
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	got = pclose(f);
	if (!WIFEXITED(got) || WEXITSTATUS(got) != status || !strstr(text, words))
		fail_msg("%s: wait status 0x%x in place of exit status %d and \"%s\":\n%s", args,
			 (unsigned int)got, status, words, text);
}

static unsigned int count_folders(void)
{
	const struct dirent *e;
	unsigned int n = 0;
	DIR *dir = opendir("/tmp");

	while (dir && (e = readdir(dir)))
		n += !strncmp(e->d_name, "eventstrace-bundle-", 19);
	if (dir)
		closedir(dir);
	return n;
}

static void test_commands(void **state)
{
	(void)state;
	run("", 2, "usage: bundle COMMAND");
	run("nothing", 2, "usage: bundle COMMAND");
	run("--help", 0, "stress");
	run("stress --help", 0, "--tracer NAME=COMMAND");
	run("stress --list", 0, "argv-spread");
	run("gate --help", 0, "--figure NAME");
	run("gate --base=HEAD", 2, "./bazelw run //bench:gate");
	run("report /nowhere", 1, "report: /nowhere: ");
}

/* The bundle contains the baseline. It removes the folder that it makes in /tmp. */
static void test_baseline(void **state)
{
	char path[4200], args[8192];
	unsigned int before = count_folders();
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s.json", copy);
	f = fopen(path, "we");
	if (!f) {
		fail_msg("cannot write %s", path);
		return;
	}
	fputs("{\"schema\":\"eventstrace-gate-figures/1\",\"kernel\":\"0\",\"cpus\":1}\n", f);
	fclose(f);
	snprintf(args, sizeof(args), "gate --from='%s'", path);
	run(args, 4, "cannot measure");
	snprintf(args, sizeof(args), "gate --baseline=/nowhere --from='%s'", path);
	run(args, 4, "cannot read the baseline /nowhere");
	assert_int_equal(count_folders(), before);
}

static int make_copy(void **state)
{
	const char *folder = getenv("TEST_TMPDIR");
	char command[8192];

	(void)state;
	snprintf(copy, sizeof(copy), "%s/copy", folder ? folder : "/tmp");
	snprintf(command, sizeof(command), "cp '%s' '%s'", bundle, copy);
	return system(command); /* NOLINT(cert-env33-c) */
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_baseline),
	};

	if (argc != 2)
		return 2;
	bundle = argv[1];
	return cmocka_run_group_tests(tests, make_copy, NULL);
}
