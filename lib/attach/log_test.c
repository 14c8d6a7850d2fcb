/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/log.h"

#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <bpf/libbpf.h>

static void count(void *ctx, enum et_log_level level, const char *line)
{
	int *counts = ctx;

	(void)line;
	counts[level]++;
}

/* Make libbpf print an error: these bytes are no object file. */
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

/* An object without sections: libbpf prints a message of each level about it. */
static void open_empty(const struct et_log *log)
{
	Elf64_Ehdr empty = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
			     EV_CURRENT },
		.e_type = ET_REL,
		.e_machine = EM_BPF,
		.e_version = EV_CURRENT,
		.e_ehsize = sizeof(empty),
	};

	et_log__take_libbpf(log);
	assert_null(bpf_object__open_mem(&empty, sizeof(empty), NULL));
	et_log__release_libbpf();
}

/* LIBBPF_LOG_LEVEL selects the messages that are passed on. Without it, all are passed on. */
static void test_level(void **state)
{
	static const char *const levels[] = { "warn", "info", "debug", NULL };
	int counts[4][ET_LOG_DEBUG + 1] = { 0 };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct et_log log = { count, counts[i], false };

		if (levels[i])
			setenv("LIBBPF_LOG_LEVEL", levels[i], 1);
		else
			unsetenv("LIBBPF_LOG_LEVEL");
		open_empty(&log);
	}
	assert_true(counts[0][ET_LOG_DEBUG] > 0);
	assert_true(counts[0][ET_LOG_DEBUG] < counts[2][ET_LOG_DEBUG]);
	assert_true(counts[1][ET_LOG_DEBUG] <= counts[2][ET_LOG_DEBUG]);
	assert_int_equal(counts[2][ET_LOG_DEBUG], counts[3][ET_LOG_DEBUG]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_debug),
		cmocka_unit_test(test_no_debug),
		cmocka_unit_test(test_level),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
