/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/event_list.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

/* Masks of the event types of fake_infos.c. */
#define FORK        (1ULL << 1)
#define EXEC        (1ULL << 2)
#define EXEC_FAILED (1ULL << 3)
#define CREATE      (1ULL << 4)
#define MODIFY      (1ULL << 5)
#define CLOSED      (1ULL << 6)
#define NET_MODIFY  (1ULL << 7)
#define EXISTS      (1ULL << 22)
#define PROCESS     (FORK | EXEC | EXEC_FAILED)
#define FILES       (CREATE | MODIFY)
#define NET         (CLOSED | NET_MODIFY)
#define ALL         (PROCESS | FILES | NET)

static void check(const char *list, uint64_t events, uint64_t named)
{
	struct event_choice c = { 0 };
	char err[256] = "";

	assert_int_equal(event_choice_apply(&c, list, err, sizeof(err)), 0);
	assert_string_equal(err, "");
	assert_true(c.made);
	assert_int_equal(c.events, events);
	assert_int_equal(c.named, named);
}

static void names(void **state)
{
	(void)state;
	check("process-exec", EXEC, EXEC);
	check("exec", EXEC, EXEC);
	check("exec-failed", EXEC_FAILED, EXEC_FAILED);
	check("exec,process-fork", EXEC | FORK, EXEC | FORK);
	check("conn-closed", CLOSED, CLOSED);
	check("modify", MODIFY | NET_MODIFY, MODIFY | NET_MODIFY);
	/* Names of the JSON output are valid in either case, and with '-' instead of '_'. */
	check("PROCESS_EXEC", EXEC, EXEC);
	check("process_exec", EXEC, EXEC);
	check("Process-Exec", EXEC, EXEC);
	check("EXEC_FAILED", EXEC_FAILED, EXEC_FAILED);
	check("NETWORK_CONNECTION_CLOSED", CLOSED, CLOSED);
	check("connection-closed", CLOSED, CLOSED);
	check("close", CLOSED, CLOSED);
	check("FILE", FILES, 0);
	check("process,-PROCESS_FORK", EXEC | EXEC_FAILED, 0);
	/* No category includes PROCESS_EXISTS. */
	check("exists", EXISTS, EXISTS);
	check("all,exists", ALL | EXISTS, EXISTS);
	check("PROCESS_EXISTS,exec", EXISTS | EXEC, EXISTS | EXEC);
}

static void categories(void **state)
{
	(void)state;
	check("process", PROCESS, 0);
	check("process,file", PROCESS | FILES, 0);
	check("all", ALL, 0);
	check("file,exec", FILES | EXEC, EXEC);
	check("process,exec", PROCESS, EXEC);
	check("network", NET, 0);
	check("network,-conn-closed", NET_MODIFY, 0);
}

static void drops(void **state)
{
	(void)state;
	check("process,-fork", EXEC | EXEC_FAILED, 0);
	check("process,file,-file-modify", PROCESS | CREATE, 0);
	check("exec,fork,-exec", FORK, FORK);
	check("process,-process,exec", EXEC, EXEC);
	check("exec,-exec", 0, 0);
	check("all,-process,-network", FILES, 0);
}

static void leading_drop_takes_from_all(void **state)
{
	(void)state;
	check("-fork", ALL & ~FORK, 0);
	check("-process,exec", FILES | NET | EXEC, EXEC);
}

static void leading_drop_takes_from_what_was_chosen(void **state)
{
	struct event_choice c = { 0 };

	(void)state;
	event_choice_add(&c, 1);
	event_choice_add(&c, 2);
	assert_int_equal(event_choice_apply(&c, "-fork", NULL, 0), 0);
	assert_int_equal(c.events, EXEC);
	assert_int_equal(c.named, EXEC);

	event_choice_add_all(&c);
	assert_int_equal(event_choice_apply(&c, "-file", NULL, 0), 0);
	assert_int_equal(c.events, ALL & ~FILES);
	assert_int_equal(c.named, EXEC);
}

/* "All events" do not include PROCESS_EXISTS, and keep it if it was chosen before. */
static void all_keeps_what_was_chosen(void **state)
{
	struct event_choice c = { 0 };

	(void)state;
	assert_int_equal(event_choice_apply(&c, "exists", NULL, 0), 0);
	event_choice_add_all(&c);
	assert_int_equal(c.events, ALL | EXISTS);
	assert_int_equal(c.named, EXISTS);
}

/* An emptied choice stays a choice: a later minus does not bring all events back. */
static void emptied_is_a_choice(void **state)
{
	struct event_choice c = { 0 };

	(void)state;
	assert_int_equal(event_choice_apply(&c, "-all", NULL, 0), 0);
	assert_int_equal(event_choice_apply(&c, "-fork", NULL, 0), 0);
	assert_true(c.made);
	assert_int_equal(c.events, 0);
}

static void check_bad(const char *list, const char *message)
{
	struct event_choice c = { .events = EXEC, .named = EXEC, .made = true }, before = c;
	char err[256] = "";

	assert_int_equal(event_choice_apply(&c, list, err, sizeof(err)), -EINVAL);
	assert_string_equal(err, message);
	assert_int_equal(c.events, before.events);
	assert_int_equal(c.named, before.named);
}

static void mistakes(void **state)
{
	(void)state;
	check_bad("net", "no event or category is called \"net\"");
	check_bad("network-conn-closed", "no event or category is called \"network-conn-closed\" "
					 "(did you mean \"net-conn-closed\"?)");
	check_bad("exce", "no event or category is called \"exce\" (did you mean \"exec\"?)");
	check_bad("fork,proces",
		  "no event or category is called \"proces\" (did you mean \"process\"?)");
	check_bad("process-",
		  "no event or category is called \"process-\" (did you mean \"process\"?)");
	check_bad("--fork", "no event or category is called \"-fork\" (did you mean \"fork\"?)");
	check_bad("fork, exec",
		  "no event or category is called \" exec\" (did you mean \"exec\"?)");
	check_bad("", "an empty name in the list of events \"\"");
	check_bad("fork,", "an empty name in the list of events \"fork,\"");
	check_bad(",fork", "an empty name in the list of events \",fork\"");
	check_bad("fork,-,exec", "an empty name in the list of events \"fork,-,exec\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(all_keeps_what_was_chosen),
		cmocka_unit_test(categories),
		cmocka_unit_test(drops),
		cmocka_unit_test(leading_drop_takes_from_all),
		cmocka_unit_test(leading_drop_takes_from_what_was_chosen),
		cmocka_unit_test(emptied_is_a_choice),
		cmocka_unit_test(mistakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
