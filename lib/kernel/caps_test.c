/* SPDX-License-Identifier: BSD-2-Clause */
#include <linux/capability.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/kernel/caps.h"

#define BIT(cap) (1ULL << (cap))

static void missing(__u64 effective, const char *expected, int count)
{
	char text[64];

	assert_int_equal(et_caps__missing_for_bpf(effective, text, sizeof(text)), count);
	assert_string_equal(text, expected);
}

static void test_missing(void **state)
{
	(void)state;
	missing(0, "CAP_BPF and CAP_PERFMON", 2);
	missing(BIT(CAP_SYSLOG) | BIT(CAP_NET_ADMIN), "CAP_BPF and CAP_PERFMON", 2);
	missing(BIT(CAP_BPF), "CAP_PERFMON", 1);
	missing(BIT(CAP_PERFMON), "CAP_BPF", 1);
	missing(BIT(CAP_PERFMON) | BIT(CAP_BPF), "", 0);
	missing(BIT(CAP_SYS_ADMIN), "", 0);
}

/* The result equals CapEff in /proc/self/status. */
static void test_effective(void **state)
{
	unsigned long long said = ~0ULL;
	char line[256];
	__u64 mask = 0;
	FILE *f;

	(void)state;
	assert_int_equal(et_caps__effective(&mask), 0);
	f = fopen("/proc/self/status", "re");
	if (!f) {
		fail();
		return;
	}
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "CapEff: %llx", &said) == 1)
			break;
	fclose(f);
	assert_int_equal(mask, said);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_effective),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
