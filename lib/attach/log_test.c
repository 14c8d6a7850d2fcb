/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <bpf/libbpf.h>

static void count(void *ctx, enum et_log_level level, const char *line)
{
	int *counts = ctx;

	(void)line;
	counts[level]++;
}

/* libbpf prints why it does not open an object without contents. */
static void open_nothing(const struct et_log *log)
{
	et_log__take_libbpf(log);
	assert_null(bpf_object__open_mem("nothing", 7, NULL));
	et_log__release_libbpf();
}

static void test_debug(void **state)
{
	int counts[ET_LOG_DEBUG + 1] = { 0 };
	struct et_log log = { count, counts, false };

	(void)state;
	open_nothing(&log);
	assert_true(counts[ET_LOG_DEBUG] > 0);
	assert_int_equal(counts[ET_LOG_WARNING], 0);
}

static void test_no_debug(void **state)
{
	int counts[ET_LOG_DEBUG + 1] = { 0 };
	struct et_log log = { count, counts, true };

	(void)state;
	open_nothing(&log);
	assert_int_equal(counts[ET_LOG_DEBUG], 0);
	et_log__write(&log, ET_LOG_WARNING, "%d", 1);
	assert_int_equal(counts[ET_LOG_WARNING], 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_debug),
		cmocka_unit_test(test_no_debug),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
