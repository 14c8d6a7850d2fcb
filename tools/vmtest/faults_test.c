/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tools/vmtest/faults.h"

static void test_clean(void **state)
{
	(void)state;
	assert_int_equal(faults_find("", NULL), 0);
	/* Messages that unmodified kernels print on a machine without faults. */
	assert_int_equal(
		faults_find("[    0.0] Linux version 6.12\n"
			    "[    0.1] Spectre V2 : Mitigation: Retpolines\n"
			    "[    0.2] MDS: Vulnerable: Clear CPU buffers attempted, no microcode\n"
			    "[    0.3] debug: unmapping init\n"
			    "[    0.4] Warning: unable to open an initial console.\n",
			    NULL),
		0);
}

static void test_each(void **state)
{
	static const char *const lines[] = {
		"[  1.0] WARNING: CPU: 1 PID: 2 at kernel/bpf/verifier.c:1 f+0x1/0x2",
		"[  1.0] BUG: kernel NULL pointer dereference, address: 0000000000000008",
		"[  1.0] kernel BUG at mm/slub.c:1!",
		"[  1.0] Oops: 0000 [#1] PREEMPT SMP",
		"[  1.0] Kernel panic - not syncing: Fatal exception in interrupt",
		"[  1.0] INFO: task kworker/0:1:9 blocked for more than 120 seconds.",
		"[  1.0] verifier bug: not inlined functions bpf_loop#181 is missing func(1)",
		"[  1.0] rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:",
		"[  1.0] general protection fault, probably for non-canonical address",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (faults_find(lines[i], NULL) != 1)
			fail_msg("not found: %s", lines[i]);
}

/* faults_find() prints the lines after a fault, and not those before it. */
static void test_shown(void **state)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_non_null(out);
	assert_int_equal(faults_find("before\nBUG: here\nRIP: there\n", out), 1);
	fclose(out);
	assert_string_equal(text, "BUG: here\nRIP: there\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_each),
		cmocka_unit_test(test_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
