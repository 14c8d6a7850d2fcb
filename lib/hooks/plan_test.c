/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/hooks/hook_rows.h"
#include "lib/hooks/plan.h"
#include "lib/wire/schema.h"

/*
 * Candidates for the tests. Event 1 has three candidates. Event 2 has two, and the first of these
 * shares a program with event 3. Event 3 has one. In the table more_rows, event 4 has two: a fentry
 * candidate on one function with three alternative names, and a kprobe candidate on several
 * functions. A program of event 6 is used only if event 1 is recorded too.
 */
static const struct et_hook_candidate rows[] = {
	{ 1, ET_ATTACH_FENTRY, "fentry/one", NULL, PROGRAMS(FUNC("one_fentry", "f")), 0 },
	{ 1, ET_ATTACH_KPROBE, "kprobe/one", NULL, PROGRAMS(FUNC("one_kprobe", "f")), ET_MAP_ENVS },
	{ 1, ET_ATTACH_TRACEPOINT, "tp_btf/one", NULL, PROGRAMS(TP_BTF("one_tp")), 0 },
	{ 2, ET_ATTACH_TRACEPOINT, "a", NULL, PROGRAMS(EXIT("shared", "x"), EXIT_IF("extra", "x")),
	  ET_MAP_LOOKUPS | ET_MAP_ENVS },
	{ 2, ET_ATTACH_TRACEPOINT, "b", NULL, PROGRAMS(TP_BTF("two_b")), 0 },
	{ 3, ET_ATTACH_TRACEPOINT, "c", NULL, PROGRAMS(EXIT("shared", "x"), EXIT("shared", "y")),
	  ET_MAP_LOOKUPS | ET_MAP_ATTEMPTS },
};

/* More candidates in a second table, as for another category of events. */
static const struct et_hook_candidate more_rows[] = {
	{ 4, ET_ATTACH_FENTRY, "fentry/four", NULL,
	  PROGRAMS(FUNC("four_fexit", "now"), FUNC_ELSE("four_fexit", "once"),
		   FUNC_ELSE("four_fexit", "long_ago")),
	  0 },
	{ 4, ET_ATTACH_KPROBE, "kprobe/four", NULL,
	  PROGRAMS(FUNC("four_kprobe", "f"), FUNC_IF("four_kprobe", "g"),
		   FUNC_ELSE("four_kprobe", "h"), FUNC("four_kretprobe", "f")),
	  0 },
	{ 6, ET_ATTACH_TRACEPOINT, "six", NULL,
	  PROGRAMS(TP_BTF_WITH("with_one", 1), TP_BTF("six_tp")), 0 },
};

static const struct et_hook_table table = { rows, sizeof(rows) / sizeof(rows[0]) };
static const struct et_hook_table more = { more_rows, sizeof(more_rows) / sizeof(more_rows[0]) };
static const struct et_hook_table *const tables[] = { &table, &more };

#define COUNT  (sizeof(rows) / sizeof(rows[0]))
#define EVENTS (ET_EVENT_BIT(1) | ET_EVENT_BIT(2) | ET_EVENT_BIT(3))

static void init(struct et_plan *plan, uint64_t events, enum et_attach_kind kind)
{
	assert_int_equal(et_plan__init(plan, tables, 2, events, kind), 0);
}

static const char *chosen_for(const struct et_plan *plan, unsigned int event_id)
{
	const char *hook = NULL;

	for (size_t i = 0; i < plan->count; i++) {
		if (plan->rows[i].event_id != event_id || !plan->rows[i].chosen)
			continue;
		assert_null(hook); /* only one candidate of an event is chosen */
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
	assert_true(et_plan__wants(&plan, "one_fentry", NULL));
	assert_false(et_plan__wants(&plan, "one_kprobe", NULL));
	et_plan__done(&plan);
}

static void test_only_what_is_wanted(void **state)
{
	struct et_plan plan;

	(void)state;
	init(&plan, ET_EVENT_BIT(2), ET_ATTACH_ANY);
	assert_int_equal(et_plan__choose(&plan), ET_EVENT_BIT(2));
	assert_true(et_plan__wants(&plan, "shared", NULL));
	assert_false(et_plan__wants(&plan, "one_fentry", NULL));
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

/* An event without a candidate does not affect the other events. */
static void test_without_candidate(void **state)
{
	struct et_plan plan;

	(void)state;
	init(&plan, EVENTS | ET_EVENT_BIT(5), ET_ATTACH_ANY);
	assert_int_equal(plan.count, COUNT + 1);
	assert_int_equal(et_plan__choose(&plan), EVENTS);
	assert_int_equal(plan.rows[COUNT].event_id, 5);
	assert_null(plan.rows[COUNT].candidate);
	assert_int_equal(plan.rows[COUNT].err, -EOPNOTSUPP);
	assert_string_equal(plan.rows[COUNT].why, "there is no hook for it");
	et_plan__done(&plan);
}

/*
 * If a shared program fails, all candidates with this program fail. If a tracepoint of the program
 * fails, only the candidates with this tracepoint fail.
 */
static void test_shared_program(void **state)
{
	struct et_plan plan;

	(void)state;
	init(&plan, EVENTS, ET_ATTACH_ANY);
	et_plan__fail_program(&plan, "shared", "syscalls/sys_exit_y", -ENOENT,
			      "no such tracepoint");
	assert_int_equal(et_plan__choose(&plan), EVENTS & ~ET_EVENT_BIT(3));
	assert_string_equal(chosen_for(&plan, 2), "a");
	et_plan__fail_program(&plan, "shared", NULL, -EPERM, "refused");
	et_plan__choose(&plan);
	assert_string_equal(chosen_for(&plan, 2), "b");
	assert_false(et_plan__wants(&plan, "shared", NULL));
	et_plan__done(&plan);
}

static void test_optional_program(void **state)
{
	struct et_plan plan;

	(void)state;
	init(&plan, EVENTS, ET_ATTACH_ANY);
	et_plan__choose(&plan);
	assert_true(et_plan__wants(&plan, "extra", NULL));
	et_plan__fail_program(&plan, "extra", NULL, -EINVAL, "too new");
	et_plan__fail_program(&plan, "extra", "syscalls/sys_exit_x", -EINVAL, "too new");
	et_plan__choose(&plan);
	assert_string_equal(chosen_for(&plan, 2), "a");
	assert_false(et_plan__wants(&plan, "extra", NULL));
	assert_true(et_plan__goes_without(&plan, &rows[3].programs[1]));
	assert_false(et_plan__goes_without(&plan, &rows[3].programs[0]));
	et_plan__done(&plan);
}

static const char *function_of(const struct et_plan *plan, const char *program)
{
	const struct et_hook_program *entry = NULL;

	return et_plan__wants(plan, program, &entry) ? entry->function : NULL;
}

/*
 * If the kernel lacks the function, the plan takes the next name of the function. If no name is
 * left, the candidate fails.
 */
static void test_alternatives(void **state)
{
	struct et_plan plan;

	(void)state;
	init(&plan, ET_EVENT_BIT(4), ET_ATTACH_ANY);
	et_plan__choose(&plan);
	assert_string_equal(function_of(&plan, "four_fexit"), "now");
	assert_true(et_plan__uses(&plan, &more_rows[0].programs[0]));
	assert_false(et_plan__uses(&plan, &more_rows[0].programs[1]));

	et_plan__fail_program(&plan, "four_fexit", "now", -ENOENT, "no function now");
	et_plan__choose(&plan);
	assert_string_equal(chosen_for(&plan, 4), "fentry/four");
	assert_string_equal(function_of(&plan, "four_fexit"), "once");
	assert_false(et_plan__uses(&plan, &more_rows[0].programs[0]));
	assert_false(et_plan__uses(&plan, &more_rows[0].programs[2]));

	/* If an unused alternative fails, the plan's choice stays the same. */
	et_plan__fail_program(&plan, "four_fexit", "long_ago", -ENOENT, "no function long_ago");
	et_plan__choose(&plan);
	assert_string_equal(function_of(&plan, "four_fexit"), "once");

	et_plan__fail_program(&plan, "four_fexit", "once", -EINVAL, "the verifier rejects it");
	et_plan__choose(&plan);
	assert_string_equal(chosen_for(&plan, 4), "kprobe/four");
	assert_string_equal(plan.rows[0].why, "the verifier rejects it");
	assert_null(function_of(&plan, "four_fexit"));
	et_plan__done(&plan);
}

/*
 * four_kprobe is attached to several functions. Function g is optional, and function h is its
 * alternative.
 */
static void test_functions_of_a_kprobe(void **state)
{
	struct et_plan plan;

	(void)state;
	init(&plan, ET_EVENT_BIT(4), ET_ATTACH_KPROBE);
	et_plan__choose(&plan);
	et_plan__fail_program(&plan, "four_kprobe", "g", -ENOENT, "no function g");
	assert_true(et_plan__uses(&plan, &more_rows[1].programs[2]));
	assert_false(et_plan__goes_without(&plan, &more_rows[1].programs[1]));
	et_plan__fail_program(&plan, "four_kprobe", "h", -ENOENT, "no function h");
	assert_true(et_plan__goes_without(&plan, &more_rows[1].programs[1]));
	assert_int_equal(et_plan__choose(&plan), ET_EVENT_BIT(4));
	assert_string_equal(function_of(&plan, "four_kprobe"), "f");
	et_plan__fail_program(&plan, "four_kretprobe", "f", -ENOENT, "no function f");
	assert_int_equal(et_plan__choose(&plan), 0);
	/* The failure of four_kretprobe on f does not affect four_kprobe on f. */
	assert_true(et_plan__uses(&plan, &more_rows[1].programs[0]));
	et_plan__done(&plan);
}

/*
 * If only one kind of hook is allowed, an event without a candidate of this kind has one failed
 * row. Its `why` says that there is no such candidate.
 */
static void test_each_kind(void **state)
{
	static const struct {
		enum et_attach_kind kind;
		uint64_t events;
	} kinds[] = {
		{ ET_ATTACH_FENTRY, ET_EVENT_BIT(1) | ET_EVENT_BIT(4) },
		{ ET_ATTACH_KPROBE, ET_EVENT_BIT(1) | ET_EVENT_BIT(4) },
		{ ET_ATTACH_TRACEPOINT, ET_EVENT_BIT(1) | ET_EVENT_BIT(2) | ET_EVENT_BIT(3) },
	};
	struct et_plan plan;

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		init(&plan, EVENTS | ET_EVENT_BIT(4), kinds[i].kind);
		assert_int_equal(et_plan__choose(&plan), kinds[i].events);
		for (size_t j = 0; j < plan.count; j++) {
			assert_int_equal(plan.rows[j].kind, kinds[i].kind);
			assert_int_equal(!plan.rows[j].candidate, plan.rows[j].err == -EOPNOTSUPP);
		}
		et_plan__done(&plan);
	}
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
	/* The search for a program skips the row without a candidate. */
	et_plan__fail_program(&plan, "shared", NULL, -EPERM, "refused");
	assert_false(et_plan__wants(&plan, "shared", NULL));
	et_plan__done(&plan);
}

/* et_plan__maps() returns exactly the maps of the chosen candidates. */
static void test_maps(void **state)
{
	struct et_plan plan;

	(void)state;
	init(&plan, EVENTS, ET_ATTACH_ANY);
	assert_int_equal(et_plan__maps(&plan), 0);
	et_plan__choose(&plan);
	assert_int_equal(et_plan__maps(&plan), ET_MAP_LOOKUPS | ET_MAP_ENVS | ET_MAP_ATTEMPTS);
	et_plan__fail_program(&plan, "shared", NULL, -EPERM, "refused");
	et_plan__choose(&plan);
	assert_int_equal(et_plan__maps(&plan), 0);
	et_plan__fail_program(&plan, "one_fentry", NULL, -EPERM, "refused");
	et_plan__choose(&plan);
	assert_int_equal(et_plan__maps(&plan), ET_MAP_ENVS);
	et_plan__done(&plan);

	/* A row without a candidate has no maps. */
	init(&plan, ET_EVENT_BIT(5), ET_ATTACH_ANY);
	et_plan__choose(&plan);
	assert_int_equal(et_plan__maps(&plan), 0);
	et_plan__done(&plan);
}

static void check_entry(const struct et_hook_candidate *row, const struct et_hook_program *entry)
{
	if (entry->alternative) {
		assert_true(entry > row->programs);
		/* only the first of several alternatives may be optional */
		assert_false(entry->optional);
	}
	if (entry->function) {
		assert_null(entry->tracepoint);
		assert_int_not_equal(row->kind, ET_ATTACH_TRACEPOINT);
	}
	/* A kprobe candidate's program needs a function as its hook. */
	if (row->kind == ET_ATTACH_KPROBE && strstr(entry->program, "probe"))
		assert_non_null(entry->function);
}

/*
 * A fentry program is loaded for one function. If a candidate has several entries with the same
 * program, the later entries are alternatives to the first.
 */
static void check_one_function(const struct et_hook_candidate *row,
			       const struct et_hook_program *entry)
{
	const struct et_hook_program *other;

	if (row->kind != ET_ATTACH_FENTRY || !entry->function)
		return;
	et_for_each_program(other, row)
	{
		if (other != entry && strcmp(other->program, entry->program) == 0)
			assert_true(other->alternative || entry->alternative);
	}
}

/*
 * In the real tables, each event has a candidate, and all rows of an event are in one table. Only
 * PROCESS_EXISTS has no candidate, because user space makes this event.
 */
static void test_real_tables(void **state)
{
	const struct et_hook_table *const *all;
	uint64_t seen = 0;
	size_t count;

	(void)state;
	all = et_hook_tables(&count);
	for (size_t t = 0; t < count; t++) {
		uint64_t here = 0;
		unsigned int last = 0;

		for (size_t i = 0; i < all[t]->count; i++) {
			const struct et_hook_candidate *row = &all[t]->rows[i];
			const struct et_hook_program *entry;

			assert_in_range(row->event_id, 1, ET_EVENT_TYPES - 1);
			assert_true(row->event_id >= last);
			assert_int_not_equal(row->kind, ET_ATTACH_ANY);
			assert_non_null(row->hook);
			assert_non_null(row->programs[0].program);
			last = row->event_id;
			here |= ET_EVENT_BIT(last);
			et_for_each_program(entry, row)
			{
				check_entry(row, entry);
				check_one_function(row, entry);
			}
		}
		assert_int_equal(seen & here, 0);
		seen |= here;
	}
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc)          \
	assert_true((id) == ET_PROCESS_EXISTS ? !(seen & ET_EVENT_BIT(id)) \
					      : seen & ET_EVENT_BIT(id));
#include "lib/wire/schema.def"
}

/* A program that needs another event is used only if that event is wanted and the program works. */
static void test_with_another_event(void **state)
{
	const struct et_hook_program *entry = more_rows[2].programs;
	struct et_plan plan;

	(void)state;
	init(&plan, ET_EVENT_BIT(6), ET_ATTACH_ANY);
	assert_true(et_plan__choose(&plan) == ET_EVENT_BIT(6));
	assert_false(et_plan__uses(&plan, entry));
	assert_false(et_plan__wants(&plan, "with_one", NULL));
	assert_false(et_plan__goes_without(&plan, entry));
	et_plan__done(&plan);

	init(&plan, ET_EVENT_BIT(6) | ET_EVENT_BIT(1), ET_ATTACH_ANY);
	et_plan__choose(&plan);
	assert_true(et_plan__wants(&plan, "with_one", NULL));
	et_plan__fail_program(&plan, "with_one", NULL, -22, "does not load");
	assert_false(et_plan__wants(&plan, "with_one", NULL));
	assert_true(et_plan__goes_without(&plan, entry));
	assert_string_equal(chosen_for(&plan, 6), "six");
	et_plan__done(&plan);
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
		cmocka_unit_test(test_alternatives),
		cmocka_unit_test(test_functions_of_a_kprobe),
		cmocka_unit_test(test_each_kind),
		cmocka_unit_test(test_maps),
		cmocka_unit_test(test_real_tables),
		cmocka_unit_test(test_with_another_event),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
