/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests which members et_facts_find() finds in events, and which of them records of earlier schema
 * generations have.
 */
#include "lib/decode/facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/decode/record_builder.h"
#include "lib/decode/slots.h"

static struct et_record rec;

static struct et_event event_of(void)
{
	struct et_event event;

	assert_int_equal(et_decode(rec.bytes, et_record_len(&rec), &event), 0);
	return event;
}

/* The event of a fork has the members of two processes and of two cgroups: parent and child. */
static void fork_facts(void **state)
{
	const struct et_process_fork *fork = et_record_begin(&rec, ET_PROCESS_FORK);
	struct et_event event;
	struct et_facts facts;

	(void)state;
	et_record_var_str(&rec, ET_VAR_CGROUP_PATH, "/a");
	event = event_of();
	et_facts_find(&event, &facts);
	assert_ptr_equal(facts.pids, &fork->parent_pids);
	assert_ptr_equal(facts.child_pids, &fork->child_pids);
	assert_ptr_equal(facts.creds, &fork->creds);
	assert_ptr_equal(facts.ruid, &fork->creds.ruid);
	assert_ptr_equal(facts.tty, &fork->ctty);
	assert_ptr_equal(facts.comm, fork->comm);
	assert_ptr_equal(facts.cgroup_id, &fork->cgroup_id);
	assert_ptr_equal(facts.parent_cgroup_id, &fork->parent_cgroup_id);
	assert_ptr_equal(facts.cgroup, &event.vars[ET_SLOT_process_fork_cgroup_path]);
	assert_ptr_equal(facts.cwd, &event.vars[ET_SLOT_process_fork_cwd]);
	assert_null(facts.argv);
	assert_null(facts.net);
}

static void other_facts(void **state)
{
	const struct et_file_rename *rename = et_record_begin(&rec, ET_FILE_RENAME);
	const struct et_network_connection_closed *closed;
	const struct et_process_tty_write *write;
	struct et_event event = event_of();
	struct et_facts facts;

	(void)state;
	et_facts_find(&event, &facts);
	assert_ptr_equal(facts.file_info, &rename->file_info);
	assert_ptr_equal(facts.path, &event.vars[ET_SLOT_file_rename_new_path]);
	assert_ptr_equal(facts.symlink_target,
			 &event.vars[ET_SLOT_file_rename_symlink_target_path]);

	closed = et_record_begin(&rec, ET_NETWORK_CONNECTION_CLOSED);
	event = event_of();
	et_facts_find(&event, &facts);
	assert_ptr_equal(facts.net, &closed->net);

	write = et_record_begin(&rec, ET_PROCESS_TTY_WRITE);
	event = event_of();
	et_facts_find(&event, &facts);
	assert_null(facts.creds);
	assert_ptr_equal(facts.ruid, &write->ruid);
	assert_ptr_equal(facts.tty, &write->tty);
}

/*
 * In today's schema generation, each event type has the process, its user, its command name and its
 * cgroup.
 */
static void today(void **state)
{
	(void)state;
	for (unsigned int id = 1; id < ET_EVENT_TYPES; id++) {
		struct et_facts facts;

		et_facts_of_type(id, ET_GENERATION, &facts);
		assert_non_null(facts.pids);
		assert_non_null(facts.ruid);
		assert_non_null(facts.comm);
		assert_non_null(facts.cgroup_id);
		assert_int_equal(!!facts.child_pids, id == ET_PROCESS_FORK);
	}
}

static void earlier(void **state)
{
	struct et_facts facts;

	(void)state;
	et_facts_of_type(ET_PROCESS_SETSID, 1, &facts);
	assert_non_null(facts.pids);
	assert_null(facts.creds);
	assert_null(facts.ruid);
	assert_null(facts.comm);
	et_facts_of_type(ET_PROCESS_SETSID, 2, &facts);
	assert_non_null(facts.creds);
	assert_non_null(facts.comm);
	assert_null(facts.cgroup_id);
	et_facts_of_type(ET_PROCESS_EXEC, 1, &facts);
	assert_non_null(facts.pids_cgroup);
	assert_null(facts.cgroup);
	et_facts_of_type(ET_LOST, ET_GENERATION, &facts);
	assert_null(facts.pids);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fork_facts),
		cmocka_unit_test(other_facts),
		cmocka_unit_test(today),
		cmocka_unit_test(earlier),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
