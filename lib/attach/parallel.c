/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/parallel.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

struct task {
	void (*call)(void *element);
	void *element;
	pthread_t thread;
};

static void *run_task(void *arg)
{
	const struct task *task = arg;

	task->call(task->element);
	return NULL;
}

void et_parallel__run(void (*call)(void *element), void *elements, size_t count, size_t size)
{
	struct task *tasks = count > 1 ? calloc(count, sizeof(*tasks)) : NULL;
	size_t started = 0;
	sigset_t all, old;

	/*
	 * Block all signals in the new threads, which inherit the mask: signals must go to the
	 * caller's threads.
	 */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	for (size_t i = 0; i < count; i++) {
		void *element = (char *)elements + i * size;
		struct task *task = tasks ? &tasks[started] : NULL;

		if (task)
			*task = (struct task){ .call = call, .element = element };
		if (task && pthread_create(&task->thread, NULL, run_task, task) == 0)
			started++;
		else
			call(element);
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	while (started)
		pthread_join(tasks[--started].thread, NULL);
	free(tasks);
}
