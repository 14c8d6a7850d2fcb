/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/hooks/syscall_nr.h"

#include <errno.h>
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>

#include <cmocka.h>

#include "lib/hooks/hooks.h"
#include "lib/wire/shared.h"

static void test_names(void **state)
{
	bool at_exit = true;

	(void)state;
	assert_int_equal(et_hook_syscall_nr("syscalls/sys_enter_execve", &at_exit), SYS_execve);
	assert_false(at_exit);
	assert_int_equal(et_hook_syscall_nr("syscalls/sys_exit_sendfile64", &at_exit),
			 SYS_sendfile);
	assert_true(at_exit);
	assert_int_equal(et_hook_syscall_nr("syscalls/sys_exit_getppid", &at_exit), -ENOENT);
	assert_int_equal(et_hook_syscall_nr("sched/sched_process_exec", &at_exit), -ENOENT);
	assert_true(at_exit);
}

/*
 * For each tracepoint of the tables, the number of its system call is known. No system call has
 * more than ET_CALL_LAYERS programs with different names.
 */
static void test_tables(void **state)
{
	static const char *programs[2][ET_CALLS][ET_CALL_LAYERS];
	size_t count, found = 0;
	const struct et_hook_table *const *tables = et_hook_tables(&count);

	(void)state;
	for (size_t t = 0; t < count; t++) {
		for (size_t i = 0; i < tables[t]->count; i++) {
			const struct et_hook_program *entry;

			et_for_each_program(entry, &tables[t]->rows[i])
			{
				bool at_exit;
				size_t layer = 0;
				int nr;

				if (!entry->tracepoint)
					continue;
				nr = et_hook_syscall_nr(entry->tracepoint, &at_exit);
				assert_in_range(nr, 0, ET_CALLS - 1);
				while (layer < ET_CALL_LAYERS && programs[at_exit][nr][layer] &&
				       strcmp(programs[at_exit][nr][layer], entry->program) != 0)
					layer++;
				assert_in_range(layer, 0, ET_CALL_LAYERS - 1);
				programs[at_exit][nr][layer] = entry->program;
				found++;
			}
		}
	}
	assert_in_range(found, 100, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
