/* SPDX-License-Identifier: BSD-2-Clause */
/* stress_live_test STRESS EVENTSTRACE: measures two commands as rows. The second command fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <yyjson.h>

static const char *program, *tool;

/* The measurements of a row in the only workload. */
static yyjson_val *of_row(yyjson_doc *doc, const char *name)
{
	yyjson_val *rows = yyjson_ptr_get(yyjson_doc_get_root(doc), "/workloads/0/rows"), *row;
	size_t i, max;

	yyjson_arr_foreach(rows, i, max, row)
	{
		if (yyjson_equals_str(yyjson_obj_get(row, "row"), name))
			return row;
	}
	fail_msg("no row %s", name);
	return NULL;
}

static double metric(yyjson_val *row, const char *name)
{
	return yyjson_get_num(yyjson_obj_get(yyjson_ptr_get(row, "/cells/0"), name));
}

/* The command is eventstrace itself. It records the workload's 150 execs, and has BPF programs. */
static void test_command(void **state)
{
	const char *folder = getenv("TEST_TMPDIR");
	char path[256], text[4096], absolute[2048];
	yyjson_val *row;
	yyjson_doc *doc;

	(void)state;
	assert_non_null(realpath(tool, absolute));
	snprintf(path, sizeof(path), "%s/stress-%d.json", folder ? folder : "/tmp", (int)getpid());
	snprintf(text, sizeof(text),
		 "'%s' --quick -w exec-spam -r control --json '%s' "
		 "--tracer 'tool=exec %s -e exec -v' --ready-pattern ' hooks: ' "
		 "--count-pattern 'PROCESS_EXEC.*/noop' "
		 "--tracer 'none=echo this kernel has none; exit 4' > /dev/null",
		 program, path, absolute);
	assert_int_equal(system(text), 0); /* NOLINT(cert-env33-c) */
	doc = yyjson_read_file(path, 0, NULL, NULL);
	unlink(path);
	assert_non_null(doc);
	row = of_row(doc, "tool");
	assert_true(metric(row, "operations") == 150);
	assert_true(metric(row, "delivered") == 150);
	assert_true(metric(row, "output_bytes") > 150 * 10000);
	assert_true(metric(row, "bpf_runs") >= 150);
	assert_true(metric(row, "bpf_run_ns") > 150 * 100);
	assert_true(metric(row, "tracer_user_s") + metric(row, "tracer_system_s") > 0.0001);
	assert_true(metric(row, "tracer_rss_bytes") > 1 << 20);
	/* eventstrace has at least two rings. */
	assert_true(metric(row, "locked_bytes") > 1 << 20);
	row = of_row(doc, "none");
	assert_string_equal(yyjson_get_str(yyjson_obj_get(row, "skipped")),
			    "exited with status 4: this kernel has none");
	yyjson_doc_free(doc);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_command) };

	if (argc != 3)
		return 2;
	program = argv[1];
	tool = argv[2];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
