/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/vmtest/acpi.h"

static size_t read_table(unsigned char *table, size_t size)
{
	const char *dir = getenv("TEST_TMPDIR");
	char path[4096];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "%s/madt", dir ? dir : "/tmp");
	assert_int_equal(acpi_write_madt(path, 2, 440), 0);
	f = fopen(path, "re");
	if (!f) {
		fail_msg("%s", path);
		return 0;
	}
	n = fread(table, 1, size, f);
	fclose(f);
	unlink(path);
	return n;
}

/* Each entry has a type and a length, and the entries fill the table to its end. */
static void test_entries(void **state)
{
	unsigned char table[8192];
	size_t size = read_table(table, sizeof(table)), at = 8;
	unsigned int cpus = 0, enabled = 0, others = 0, last = 0;

	(void)state;
	assert_in_range(size, 9, sizeof(table) - 1);
	for (; at < size; at += table[at + 1]) {
		assert_true(at + 2 <= size && table[at + 1] >= 6);
		if (table[at] != 0) {
			others++;
			continue;
		}
		assert_int_equal(table[at + 1], 8);
		cpus++;
		enabled += table[at + 4] & 1;
		/* The present CPUs come first, and each has an id of its own. */
		if (table[at + 4] & 1)
			assert_int_equal(table[at + 3], cpus - 1);
		assert_true(table[at + 3] >= last && table[at + 3] < 255);
		last = table[at + 3];
	}
	assert_int_equal(at, size);
	assert_int_equal(cpus, 440);
	assert_int_equal(enabled, 2);
	assert_int_equal(others, 7);
}

static void test_no_folder(void **state)
{
	(void)state;
	assert_true(acpi_write_madt("/nowhere/madt", 1, 2) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_no_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
