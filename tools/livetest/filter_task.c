/* SPDX-License-Identifier: BSD-2-Clause */
/* Filters by attributes of tasks: number, tree, user, name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <cmocka.h>

#include "tools/livetest/filter_actor.h"
#include "tools/livetest/filter_tests.h"

static void test_pid(void **state)
{
	pid_t of_0, of_1, of_2;

	(void)state;
	actor_begin(0);
	actor_begin(1);
	actor_begin(2);
	BEGIN(filtered_text("--pid=%d", actor_pid(0)), filtered_text("-p%d", actor_pid(1)));
	of_0 = actor_fork(0);
	of_1 = actor_fork(1);
	of_2 = actor_fork(2);
	filtered_end();
	/* A fork is an event of the parent. The filter does not match the child. */
	EXPECT("FORK", actor_pid(0), 1);
	EXPECT("FORK", actor_pid(1), 1);
	EXPECT("FORK", actor_pid(2), 0);
	EXPECT("SETSID", of_0, 0);
	EXPECT("SETSID", of_1, 0);
	EXPECT("EXIT", of_2, 0);
	assert_int_equal(filtered_all(), 2);
	assert_true(filtered_dropped("process-fork") >= 1);
	assert_true(filtered_dropped("process-setsid") >= 3);
	assert_true(filtered_dropped("process-exit") >= 3);
	filtered_forget();
}

static void test_exclude_pid(void **state)
{
	pid_t of_0 = 0, of_1;

	(void)state;
	actor_begin(0);
	actor_begin(1);
	BEGIN(filtered_text("--exclude-pid=%d,4194303", actor_pid(0)));
	for (int i = 0; i < 5; i++)
		of_0 = actor_fork(0);
	of_1 = actor_fork(1);
	filtered_end();
	EXPECT("FORK", actor_pid(0), 0);
	EXPECT("SETSID", of_0, 1);
	EXPECT("EXIT", of_0, 1);
	EXPECT("FORK", actor_pid(1), 1);
	EXPECT("SETSID", of_1, 1);
	EXPECT("EXIT", of_1, 1);
	/* These are the only dropped events. */
	assert_int_equal(filtered_dropped("process-fork"), 5);
	assert_int_equal(filtered_dropped("process-setsid"), 0);
	assert_int_equal(filtered_dropped("process-exit"), 0);
	filtered_forget();
}

/*
 * Grow a tree that partly exists when the recording begins. An inner process ends, so its children
 * get another parent. The children, and their new children, stay in the tree.
 */
static void grow_tree(pid_t children[4])
{
	children[0] = actor_fork(0);
	children[1] = actor_fork(2);
	actor_exit(1);
	children[2] = actor_fork(2);
	actor_spawn(2, 3);
	actor_exit(2);
	children[3] = actor_fork(3);
}

struct grown {
	pid_t children[4], other; /* of the tree, and of a process outside it */
	pid_t pid_2;              /* the process of actor 2 before it ended */
};

/* Record a tree and a process outside it. @form is the option's name; its argument is the root. */
static struct grown see_tree(const char *form)
{
	struct grown g;

	actor_begin(0);
	actor_begin(4);
	actor_spawn(0, 1);
	actor_spawn(1, 2);
	g.pid_2 = actor_pid(2);
	BEGIN(filtered_text("--%s=%d", form, actor_pid(0)));
	grow_tree(g.children);
	g.other = actor_fork(4);
	filtered_end();
	return g;
}

static void test_tree(void **state)
{
	struct grown g = see_tree("tree");

	(void)state;
	for (int i = 0; i < 4; i++) {
		EXPECT("SETSID", g.children[i], 1);
		EXPECT("EXIT", g.children[i], 1);
	}
	EXPECT("FORK", actor_pid(0), 1);
	EXPECT("FORK", g.pid_2, 3);
	EXPECT("EXIT", g.pid_2, 1);
	EXPECT("FORK", actor_pid(3), 1);
	EXPECT("FORK", actor_pid(4), 0);
	EXPECT("SETSID", g.other, 0);
	assert_true(filtered_dropped("process-fork") >= 1);
	assert_true(filtered_dropped("process-setsid") >= 1);
	filtered_forget();
}

static void test_exclude_tree(void **state)
{
	struct grown g = see_tree("exclude-tree");

	(void)state;
	for (int i = 0; i < 4; i++) {
		EXPECT("SETSID", g.children[i], 0);
		EXPECT("EXIT", g.children[i], 0);
	}
	EXPECT("FORK", actor_pid(0), 0);
	EXPECT("FORK", g.pid_2, 0);
	EXPECT("EXIT", g.pid_2, 0);
	EXPECT("FORK", actor_pid(4), 1);
	EXPECT("SETSID", g.other, 1);
	assert_int_equal(filtered_dropped("process-fork"), 5);
	assert_int_equal(filtered_dropped("process-setsid"), 4);
	assert_int_equal(filtered_dropped("process-exit"), 6);
	filtered_forget();
}

/* A tree with an excluded subtree. */
static void test_tree_but_branch(void **state)
{
	pid_t of_0, of_1, of_2, of_3;

	(void)state;
	actor_begin(0);
	actor_spawn(0, 1);
	actor_spawn(1, 2);
	actor_begin(3);
	BEGIN(filtered_text("--tree=%d,%d", actor_pid(0), actor_pid(3)),
	      filtered_text("--exclude-tree=%d", actor_pid(1)));
	of_0 = actor_fork(0);
	of_1 = actor_fork(1);
	actor_exit(1);
	of_2 = actor_fork(2);
	of_3 = actor_fork(3);
	filtered_end();
	EXPECT("SETSID", of_0, 1);
	EXPECT("SETSID", of_1, 0);
	EXPECT("SETSID", of_2, 0);
	EXPECT("SETSID", of_3, 1);
	filtered_forget();
}

/* The filter applies to the real user at the time of the event. */
static void test_uid(void **state)
{
	pid_t real, effective, other;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		actor_begin(i);
	actor_user(0, 424242, 0);
	actor_user(1, 0, 424242);
	BEGIN("--uid=424241,424242");
	real = actor_fork(0);
	effective = actor_fork(1);
	other = actor_fork(2);
	actor_user(2, 424241, 0);
	filtered_end();
	EXPECT("FORK", actor_pid(0), 1);
	EXPECT("SETSID", real, 1);
	EXPECT("EXIT", real, 1);
	EXPECT("FORK", actor_pid(1), 0);
	EXPECT("SETSID", effective, 0);
	EXPECT("FORK", actor_pid(2), 0);
	EXPECT("SETSID", other, 0);
	EXPECT("SETUID", actor_pid(2), 1);
	assert_true(filtered_dropped("process-setsid") >= 2);
	filtered_forget();
}

static void test_exclude_uid(void **state)
{
	pid_t excluded, other;

	(void)state;
	actor_begin(0);
	actor_begin(1);
	actor_user(0, 424242, 0);
	BEGIN("--exclude-uid=424242", "-Uroot");
	excluded = actor_fork(0);
	other = actor_fork(1);
	filtered_end();
	EXPECT("FORK", actor_pid(0), 0);
	EXPECT("SETSID", excluded, 0);
	EXPECT("FORK", actor_pid(1), 1);
	EXPECT("SETSID", other, 1);
	filtered_forget();
}

static void test_comm(void **state)
{
	pid_t child[4];

	(void)state;
	for (size_t i = 0; i < 4; i++)
		actor_begin(i);
	actor_name(0, "et-filter-12345");
	actor_name(1, "et-filter-1234");
	actor_name(2, "et-f");
	actor_name(3, "et-filter-12346");
	BEGIN("--comm=et-filter-12345,et-f");
	for (size_t i = 0; i < 4; i++)
		child[i] = actor_fork(i);
	filtered_end();
	for (size_t i = 0; i < 4; i++) {
		EXPECT("FORK", actor_pid(i), i % 2 == 0);
		EXPECT("SETSID", child[i], i % 2 == 0);
	}
	assert_int_equal(filtered_all(), 6);
	filtered_forget();

	BEGIN("--exclude-comm=et-filter-12345,et-f");
	for (size_t i = 0; i < 4; i++)
		child[i] = actor_fork(i);
	filtered_end();
	for (size_t i = 0; i < 4; i++) {
		EXPECT("FORK", actor_pid(i), i % 2);
		EXPECT("EXIT", child[i], i % 2);
	}
	assert_int_equal(filtered_dropped("process-fork"), 2);
	assert_int_equal(filtered_dropped("process-setsid"), 2);
	assert_int_equal(filtered_dropped("process-exit"), 2);
	filtered_forget();
}

/* An event must match a filter of every kind. */
static void test_together(void **state)
{
	pid_t child[4];

	(void)state;
	for (size_t i = 0; i < 4; i++)
		actor_begin(i);
	actor_name(0, "et-both");
	actor_name(1, "et-both");
	actor_name(3, "et-both");
	actor_user(0, 424242, 0);
	actor_user(2, 424242, 0);
	actor_user(3, 424242, 0);
	BEGIN("--uid=424242", "--comm=et-both", filtered_text("--exclude-tree=%d", actor_pid(3)),
	      "--path-prefix=/nowhere");
	for (size_t i = 0; i < 4; i++)
		child[i] = actor_fork(i);
	filtered_end();
	for (size_t i = 0; i < 4; i++) {
		EXPECT("FORK", actor_pid(i), i == 0);
		EXPECT("SETSID", child[i], i == 0);
		EXPECT("EXIT", child[i], i == 0);
	}
	assert_int_equal(filtered_all(), 3);
	filtered_forget();
}

static void test_usage_of_tasks(void **state)
{
	(void)state;
	filtered_refused("--tree=4194303",
			 "there is no process 4194303: a tree begins with one that is");
	filtered_refused("--exclude-tree=4194303",
			 "there is no process 4194303: a tree begins with one");
	filtered_refused("--uid=et-nobody", "no user is called \"et-nobody\" in /etc/passwd");
}

int filter_tasks(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_pid),
		TEST(test_exclude_pid),
		TEST(test_tree),
		TEST(test_exclude_tree),
		TEST(test_tree_but_branch),
		TEST(test_uid),
		TEST(test_exclude_uid),
		TEST(test_comm),
		TEST(test_together),
		TEST(test_usage_of_tasks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
