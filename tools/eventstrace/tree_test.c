/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests the tree of processes, with events that the test makes. */
#include "tools/eventstrace/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lib/decode/slots.h"

#define MS 1000000ULL

union record {
	struct et_header hdr;
	struct et_process_fork fork;
	struct et_process_exec exec;
	struct et_process_exit exit;
	struct et_lost lost;
};

static struct tree *tree;

static int make(void **state)
{
	(void)state;
	tree = tree_new();
	return tree ? 0 : -1;
}

static int drop(void **state)
{
	(void)state;
	tree_free(tree);
	return 0;
}

static struct et_pids pids_of(uint32_t tgid)
{
	return (struct et_pids){ .tgid = tgid, .start_time_ns = tgid * 10ULL };
}

static void add(union record *r, enum et_event_type type, uint64_t ms, const char *argv,
		size_t size)
{
	struct et_event event = { .hdr = &r->hdr };

	r->hdr.type = type;
	r->hdr.ts = ms * MS;
	if (argv)
		event.vars[ET_SLOT_process_exec_argv] = (struct et_field_view){
			.data = argv, .size = (__u32)size, .orig = (__u32)size
		};
	tree_event(tree, &event);
}

static void add_fork(uint32_t parent, uint32_t child, uint64_t ms)
{
	union record r;

	memset(&r, 0, sizeof(r));
	r.fork.parent_pids = pids_of(parent);
	r.fork.child_pids = pids_of(child);
	memcpy(r.fork.comm, "sh\033", 3);
	add(&r, ET_PROCESS_FORK, ms, NULL, 0);
}

static void add_exec(uint32_t tgid, uint64_t ms, const char *argv, size_t size)
{
	union record r;

	memset(&r, 0, sizeof(r));
	r.exec.pids = pids_of(tgid);
	add(&r, ET_PROCESS_EXEC, ms, argv, size);
}

static void add_exit(uint32_t tgid, uint64_t ms, int code, uint8_t signal)
{
	union record r;

	memset(&r, 0, sizeof(r));
	r.exit.pids = pids_of(tgid);
	r.exit.exit_code = code;
	r.exit.exit_signal = signal;
	add(&r, ET_PROCESS_EXIT, ms, NULL, 0);
}

static void expect(const char *expected)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	tree_print(tree, 9000 * MS, out);
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
}

static void whole(void **state)
{
	(void)state;
	add_exec(1, 1000, "make\0-j2", 9);
	add_fork(1, 2, 1100);
	add_fork(1, 3, 1200);
	add_exec(2, 1110, "cc\0a b\0", 7);
	add_fork(2, 4, 1150);
	add_exit(4, 1160, 0, 9);
	add_exit(2, 1300, 1, 0);
	add_fork(3, 5, 1400);
	add_exit(1, 2000, 2, 0);
	expect("     1.000 s  status 2    make -j2\n"
	       "     0.200 s  status 1      cc a b\n"
	       "     0.010 s  signal 9        [sh\\u001b]\n"
	       "     7.800 s  runs          [sh\\u001b]\n"
	       "     7.600 s  runs            [sh\\u001b]\n");
}

/* Some events are missing, and a process ID is used twice. */
static void incomplete(void **state)
{
	union record r;

	(void)state;
	add_exit(7, 1, 0, 0);
	add_fork(6, 8, 1000);
	add_exec(9, 2000, "a\0", 2);
	add_exit(9, 2500, 0, 0);
	add_exit(8, 3000, 0, 0);
	memset(&r, 0, sizeof(r));
	r.lost.count = 12;
	r.lost.cause = ET_LOST_CAUSE_NO_LANE;
	add(&r, (enum et_event_type)ET_LOST, 3500, NULL, 0);
	r.lost.count = 3;
	r.lost.cause = ET_LOST_CAUSE_DISK_FULL;
	add(&r, (enum et_event_type)ET_LOST, 3500, NULL, 0);
	expect("     2.000 s  status 0    [sh\\u001b]\n"
	       "     0.500 s  status 0    a\n"
	       "events were lost, so processes can be missing: 12 NO_LANE, 3 DISK_FULL\n");
}

static void too_many(void **state)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_non_null(out);
	/* Each process is the child of the previous one. */
	for (uint32_t i = 1; i <= TREE_PROCESSES_MAX + 5; i++)
		add_fork(i, i + 1, i);
	/* A process without room counts once, also if it executes a program. */
	add_exec(TREE_PROCESSES_MAX + 5, TREE_PROCESSES_MAX + 6, "a\0", 2);
	tree_print(tree, 0, out);
	fclose(out);
	assert_non_null(strstr(text, "processes without room in the tree: 5\n"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(whole, make, drop),
		cmocka_unit_test_setup_teardown(incomplete, make, drop),
		cmocka_unit_test_setup_teardown(too_many, make, drop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
