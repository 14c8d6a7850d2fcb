/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/parallel.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define CALLS 8

/* An element. The called function stores facts about the call in it. */
struct visit {
	unsigned int calls;
	pthread_t thread;
	int signals_blocked; /* how many of SIGINT and SIGTERM were blocked */
};

static void visit(void *element)
{
	struct visit *v = element;
	sigset_t mask;

	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	v->signals_blocked = sigismember(&mask, SIGINT) + sigismember(&mask, SIGTERM);
	v->thread = pthread_self();
	v->calls++;
}

static pthread_barrier_t all_begun;

/* Wait until all calls have begun. */
static void meet(void *element)
{
	pthread_barrier_wait(&all_begun);
	visit(element);
}

/*
 * Each call waits until all have begun. If they did not run at the same time, the test would hang.
 */
static void test_parallel(void **state)
{
	struct visit visits[CALLS] = { 0 };
	sigset_t mask;

	(void)state;
	assert_int_equal(pthread_barrier_init(&all_begun, NULL, CALLS), 0);
	et_parallel__run(meet, visits, CALLS, sizeof(visits[0]));
	pthread_barrier_destroy(&all_begun);
	for (int i = 0; i < CALLS; i++) {
		assert_int_equal(visits[i].calls, 1);
		assert_int_equal(visits[i].signals_blocked, 2);
	}
	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	assert_int_equal(sigismember(&mask, SIGINT), 0);
}

/* There are more elements than threads. Each element still gets exactly one call. */
static void test_many(void **state)
{
	struct visit visits[200] = { 0 };

	(void)state;
	et_parallel__run(visit, visits, 200, sizeof(visits[0]));
	for (int i = 0; i < 200; i++)
		assert_int_equal(visits[i].calls, 1);
}

/* If no thread can be started, the caller's thread makes all calls. */
static void test_no_threads(void **state)
{
	struct visit visits[CALLS] = { 0 };
	pthread_attr_t attr;

	(void)state;
	/* This stack is larger than the address space, so no thread with it can be started. */
	assert_int_equal(pthread_attr_init(&attr), 0);
	assert_int_equal(pthread_attr_setstacksize(&attr, 1ULL << 48), 0);
	assert_int_equal(pthread_setattr_default_np(&attr), 0);
	et_parallel__run(visit, visits, CALLS, sizeof(visits[0]));
	for (int i = 0; i < CALLS; i++) {
		assert_int_equal(visits[i].calls, 1);
		assert_true(pthread_equal(visits[i].thread, pthread_self()));
	}
	assert_int_equal(pthread_attr_setstacksize(&attr, 1 << 20), 0);
	assert_int_equal(pthread_setattr_default_np(&attr), 0);
	pthread_attr_destroy(&attr);
}

/* For one element, no thread is started. Without elements, nothing is called. */
static void test_few(void **state)
{
	struct visit visits[2] = { 0 };

	(void)state;
	et_parallel__run(visit, visits, 1, sizeof(visits[0]));
	assert_int_equal(visits[0].calls, 1);
	assert_true(pthread_equal(visits[0].thread, pthread_self()));
	et_parallel__run(visit, visits, 0, sizeof(visits[0]));
	assert_int_equal(visits[0].calls, 1);
	assert_int_equal(visits[1].calls, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parallel),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_no_threads),
		cmocka_unit_test(test_few),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
