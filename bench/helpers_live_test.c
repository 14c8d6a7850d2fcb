/* SPDX-License-Identifier: BSD-2-Clause */
/* helpers_live_test HELPERS: runs the program helpers, and checks its table. */
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

/* Run the program with @args. Copy its output into @text, and return its exit status. */
static int run(const char *args, char *text, size_t size)
{
	char command[2048];
	int status;
	size_t n;
	FILE *f;

	snprintf(command, sizeof(command), "'%s' %s 2>&1", program, args);
	f = popen(command, "re"); /* NOLINT(cert-env33-c) */
	if (!f)
		fail_msg("cannot start a shell");
	n = fread(text, 1, size - 1, f);
	text[n] = '\0';
	status = pclose(f);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The program has measured the operation @what: its row has a number. */
static void has_time(const char *text, const char *what)
{
	const char *line = strstr(text, what);
	double ns;

	if (!line || sscanf(line + strlen(what), "%lf", &ns) != 1)
		fail_msg("no time of \"%s\" in %s", what, text);
}

/* All supported kernels have these operations. The program fails if an operation fails. */
static void test_table(void **state)
{
	static const char *const always[] = {
		"bpf_ktime_get_ns",
		"bpf_get_smp_processor_id",
		"bpf_get_current_task",
		"bpf_map_lookup_elem, array",
		"bpf_map_lookup_elem, per-CPU array",
		"atomic addition to memory in the cache",
		"bpf_get_current_task and a typed load",
		"bpf_probe_read_kernel, 8 bytes",
		"bpf_probe_read_user, 1 byte",
		"bpf_probe_read_user, 64 bytes",
		"bpf_probe_read_user, 1,024 bytes",
		"bpf_ringbuf_reserve and _submit, 152 bytes",
		"bpf_ringbuf_output, 152 bytes",
		"bpf_ringbuf_query",
	};
	char text[8192];

	(void)state;
	if (run("2", text, sizeof(text)) != 0)
		fail_msg("%s", text);
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		has_time(text, always[i]);
}

static void test_usage(void **state)
{
	char text[8192];

	(void)state;
	assert_int_equal(run("0", text, sizeof(text)), 2);
	assert_int_equal(run("10x", text, sizeof(text)), 2);
	assert_non_null(strstr(text, "usage: helpers"));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_table),
					    cmocka_unit_test(test_usage) };

	if (argc != 2)
		return 2;
	program = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
