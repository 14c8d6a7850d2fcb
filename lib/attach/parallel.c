/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/parallel.h"

#include <pthread.h>
#include <signal.h>

/* More threads save no more time, and may be more than a container allows. */
#define THREADS_MAX 16

struct work {
	void (*call)(void *element);
	char *elements;
	size_t count, size;
	size_t next; /* index of the next element; atomic */
};

/* Call the function for the next element, until no element is left. */
static void *run(void *arg)
{
	struct work *work = arg;
	size_t i;

	while ((i = __atomic_fetch_add(&work->next, 1, __ATOMIC_RELAXED)) < work->count)
		work->call(work->elements + i * work->size);
	return NULL;
}

void et_parallel__run(void (*call)(void *element), void *elements, size_t count, size_t size)
{
	struct work work = { .call = call, .elements = elements, .count = count, .size = size };
	pthread_t threads[THREADS_MAX - 1];
	size_t started = 0;
	sigset_t all, old;

	/*
	 * Block all signals in the new threads, which inherit the mask: signals must go to the
	 * caller's threads.
	 */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	while (started + 1 < count && started < THREADS_MAX - 1 &&
	       pthread_create(&threads[started], NULL, run, &work) == 0)
		started++;
	run(&work);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	while (started)
		pthread_join(threads[--started], NULL);
}
