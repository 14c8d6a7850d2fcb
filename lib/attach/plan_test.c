/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/attach/plan.h"
#include "lib/wire/schema.h"

#define PROGRAMS(...)                                \
	.programs = (const struct et_hook_program[]) \
	{                                            \
		__VA_ARGS__, { 0 }                   \
	}

/* Event 1 in three ways, 2 in two that share programs with 3, 3 in one. */
static const struct et_hook_candidate table[] = {
	{ 1, ET_ATTACH_FENTRY, "fentry/one", NULL, PROGRAMS({ "one_fentry", NULL, false }) },
	{ 1, ET_ATTACH_KPROBE, "kprobe/one", NULL, PROGRAMS({ "one_kprobe", NULL, false }) },
	{ 1, ET_ATTACH_TRACEPOINT, "tp_btf/one", NULL, PROGRAMS({ "one_tp", NULL, false }) },
	{ 2, ET_ATTACH_TRACEPOINT, "a", NULL,
	  PROGRAMS({ "shared", "x", false }, { "extra", "x", true }) },
	{ 2, ET_ATTACH_TRACEPOINT, "b", NULL, PROGRAMS({ "two_b", NULL, false }) },
	{ 3, ET_ATTACH_TRACEPOINT, "c", NULL,
	  PROGRAMS({ "shared", "x", false }, { "shared", "y", false }) },
};

#define COUNT  (sizeof(table) / sizeof(table[0]))
#define EVENTS (ET_EVENT_BIT(1) | ET_EVENT_BIT(2) | ET_EVENT_BIT(3))

static void init(struct et_plan *plan, uint64_t events, enum et_attach_kind kind)
{
	assert_int_equal(et_plan__init(plan, table, COUNT, events, kind), 0);
}

static const char *chosen_for(const struct et_plan *plan, unsigned int event_id)
{
	const char *hook = NULL;

	for (size_t i = 0; i < plan->count; i++) {
		if (plan->rows[i].event_id != event_id || !plan->rows[i].chosen)
			continue;
		assert_null(hook); /* never two of one event */
		hook = plan->rows[i].candidate->hook;
	}
	return hook;
}

static void test_first_fit(void **state)
{
	struct et_plan plan;

	(void)state;
	init(&plan, EVENTS, ET_ATTACH_ANY);
	assert_int_equal(plan.count, COUNT);
	assert_int_equal(et_plan__choose(&plan), EVENTS);
	assert_string_equal(chosen_for(&plan, 1), "fentry/one");
	assert_string_equal(chosen_for(&plan, 2), "a");
	assert_true(et_plan__wants(&plan, "one_fentry"));
	assert_false(et_plan__wants(&plan, "one_kprobe"));
	et_plan__done(&plan);
}

static void test_only_what_is_wanted(void **state)
{
	struct et_plan plan;

	(void)state;
	init(&plan, ET_EVENT_BIT(2), ET_ATTACH_ANY);
	assert_int_equal(et_plan__choose(&plan), ET_EVENT_BIT(2));
	assert_true(et_plan__wants(&plan, "shared"));
	assert_false(et_plan__wants(&plan, "one_fentry"));
	et_plan__done(&plan);
}

static void test_next_when_one_fails(void **state)
{
	struct et_plan plan;

	(void)state;
	init(&plan, EVENTS, ET_ATTACH_ANY);
	et_plan__choose(&plan);
	et_plan__fail_program(&plan, "one_fentry", NULL, -EPERM, "refused");
	assert_int_equal(et_plan__choose(&plan), EVENTS);
	assert_string_equal(chosen_for(&plan, 1), "kprobe/one");
	assert_int_equal(plan.rows[0].err, -EPERM);
	assert_string_equal(plan.rows[0].why, "refused");

	et_plan__fail(&plan.rows[1], -ENOENT, "no %s", "kprobes");
	et_plan__fail(&plan.rows[1], -EIO, "a later reason");
	assert_int_equal(et_plan__choose(&plan), EVENTS);
	assert_string_equal(chosen_for(&plan, 1), "tp_btf/one");
	assert_string_equal(plan.rows[1].why, "no kprobes");

	et_plan__fail_program(&plan, "one_tp", NULL, -EPERM, "refused");
	assert_int_equal(et_plan__choose(&plan), EVENTS & ~ET_EVENT_BIT(1));
	assert_null(chosen_for(&plan, 1));
	et_plan__done(&plan);
}

/* An event that nothing can see costs no other one anything. */
static void test_without_candidate(void **state)
{
	struct et_plan plan;

	(void)state;
	init(&plan, EVENTS | ET_EVENT_BIT(4), ET_ATTACH_ANY);
	assert_int_equal(plan.count, COUNT + 1);
	assert_int_equal(et_plan__choose(&plan), EVENTS);
	assert_int_equal(plan.rows[COUNT].event_id, 4);
	assert_null(plan.rows[COUNT].candidate);
	assert_int_equal(plan.rows[COUNT].err, -EOPNOTSUPP);
	assert_string_equal(plan.rows[COUNT].why, "there is no hook for it");
	et_plan__done(&plan);
}

/* A program that several candidates share costs all of them; a tracepoint only those on it. */
static void test_shared_program(void **state)
{
	struct et_plan plan;

	(void)state;
	init(&plan, EVENTS, ET_ATTACH_ANY);
	et_plan__fail_program(&plan, "shared", "y", -ENOENT, "no such tracepoint");
	assert_int_equal(et_plan__choose(&plan), EVENTS & ~ET_EVENT_BIT(3));
	assert_string_equal(chosen_for(&plan, 2), "a");
	et_plan__fail_program(&plan, "shared", NULL, -EPERM, "refused");
	et_plan__choose(&plan);
	assert_string_equal(chosen_for(&plan, 2), "b");
	assert_false(et_plan__wants(&plan, "shared"));
	et_plan__done(&plan);
}

static void test_optional_program(void **state)
{
	struct et_plan plan;

	(void)state;
	init(&plan, EVENTS, ET_ATTACH_ANY);
	et_plan__choose(&plan);
	assert_true(et_plan__wants(&plan, "extra"));
	et_plan__fail_program(&plan, "extra", NULL, -EINVAL, "too new");
	et_plan__fail_program(&plan, "extra", "x", -EINVAL, "too new");
	et_plan__choose(&plan);
	assert_string_equal(chosen_for(&plan, 2), "a");
	assert_false(et_plan__wants(&plan, "extra"));
	assert_int_equal(plan.dropped_count, 1);
	et_plan__done(&plan);
}

static void test_forced_kind(void **state)
{
	struct et_plan plan;

	(void)state;
	init(&plan, ET_EVENT_BIT(1) | ET_EVENT_BIT(2), ET_ATTACH_KPROBE);
	assert_int_equal(plan.count, 2);
	assert_int_equal(et_plan__choose(&plan), ET_EVENT_BIT(1));
	assert_string_equal(chosen_for(&plan, 1), "kprobe/one");
	assert_null(plan.rows[1].candidate);
	assert_int_equal(plan.rows[1].kind, ET_ATTACH_KPROBE);
	assert_string_equal(plan.rows[1].why, "no candidate of this kind");
	/* A row without a candidate has no programs to look for. */
	et_plan__fail_program(&plan, "shared", NULL, -EPERM, "refused");
	assert_false(et_plan__wants(&plan, "shared"));
	et_plan__done(&plan);
}

/* Events that no program can see so far: one that can be seen is to be taken off this list. */
static const unsigned int unseen[] = {
	ET_PROCESS_MEMFD_CREATE,
	ET_PROCESS_SHMGET,
	ET_PROCESS_PTRACE,
	ET_PROCESS_LOAD_MODULE,
	ET_FILE_DELETE,
	ET_FILE_CREATE,
	ET_FILE_RENAME,
	ET_FILE_MODIFY,
	ET_FILE_MEMFD_OPEN,
	ET_FILE_SHMEM_OPEN,
	ET_NETWORK_CONNECTION_ATTEMPTED,
	ET_NETWORK_CONNECTION_ACCEPTED,
	ET_NETWORK_CONNECTION_CLOSED,
};

/* The real table: every event can be had in some way, and rows of one event stand together. */
static void test_real_table(void **state)
{
	const struct et_hook_candidate *rows;
	uint64_t seen = 0;
	unsigned int last = 0;
	size_t count;

	(void)state;
	rows = et_hook_candidates(&count);
	for (size_t i = 0; i < count; i++) {
		assert_in_range(rows[i].event_id, 1, ET_EVENT_TYPES - 1);
		assert_true(rows[i].event_id >= last);
		assert_int_not_equal(rows[i].kind, ET_ATTACH_ANY);
		assert_non_null(rows[i].hook);
		assert_non_null(rows[i].programs[0].program);
		last = rows[i].event_id;
		seen |= ET_EVENT_BIT(last);
	}
	for (size_t i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++) {
		assert_false(seen & ET_EVENT_BIT(unseen[i]));
		seen |= ET_EVENT_BIT(unseen[i]);
	}
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) \
	assert_true(seen &ET_EVENT_BIT(id));
#include "lib/wire/schema.def"
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_fit),
		cmocka_unit_test(test_only_what_is_wanted),
		cmocka_unit_test(test_next_when_one_fails),
		cmocka_unit_test(test_without_candidate),
		cmocka_unit_test(test_shared_program),
		cmocka_unit_test(test_optional_program),
		cmocka_unit_test(test_forced_kind),
		cmocka_unit_test(test_real_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
