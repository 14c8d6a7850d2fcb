/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/run/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/run/host_stats.h"
#include "bench/run/log_err.h"

/* With a duration, the worker reads the clock after each twentieth of the work. */
#define CHUNK_PART 20

struct worker {
	pid_t pid;
	int to, from;
};

static uint64_t part(uint64_t work, uint64_t n)
{
	return work > n ? work / n : 1;
}

static struct worker_result run(const struct bench_workload *workload, void *state, uint64_t work,
				double duration_s)
{
	struct worker_result result = { 0 };
	double start = now_s();

	if (!duration_s) {
		workload->run(state, work);
		result.operations = work;
	}
	while (now_s() - start < duration_s) {
		workload->run(state, part(work, CHUNK_PART));
		result.operations += part(work, CHUNK_PART);
	}
	result.wall_s = now_s() - start;
	return result;
}

/* Runs this process, and those that it will start, on the last of its CPUs only. */
static int use_one_cpu(void)
{
	cpu_set_t set;
	int last = -1;

	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return -errno;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		last = CPU_ISSET(cpu, &set) ? cpu : last;
	CPU_ZERO(&set);
	CPU_SET(last, &set);
	return sched_setaffinity(0, sizeof(set), &set) < 0 ? -errno : 0;
}

static _Noreturn void be_worker(const struct worker_options *o, int from, int to)
{
	struct worker_result result = { 0 };
	void *state;
	char word;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* The same on every machine, because records contain it. */
	if (chdir("/") < 0 || (o->one_cpu && use_one_cpu() < 0))
		_exit(1);
	state = o->workload->setup(o->runfiles);
	if (o->warm)
		o->workload->run(state, o->warm);
	if (write(to, &result, sizeof(result)) != sizeof(result))
		_exit(1);
	/* Until worker_end(). */
	while (read(from, &word, 1) == 1) {
		result = run(o->workload, state, o->work, o->duration_s);
		if (write(to, &result, sizeof(result)) != sizeof(result))
			_exit(1);
	}
	if (o->workload->done)
		o->workload->done(state);
	_exit(0);
}

static int hear(struct worker *w, struct worker_result *ret)
{
	struct worker_result result;

	if (read(w->from, &result, sizeof(result)) != sizeof(result)) {
		log_err("the workload exited too early");
		return -ECHILD;
	}
	*ret = result;
	return 0;
}

int worker_start(const struct worker_options *o, struct worker **ret)
{
	struct worker *w = calloc(1, sizeof(*w));
	struct worker_result ready;
	int to[2], from[2], r;

	if (!w)
		return -ENOMEM;
	if (pipe2(to, O_CLOEXEC) < 0) {
		free(w);
		return -errno;
	}
	if (pipe2(from, O_CLOEXEC) < 0) {
		r = -errno;
		close(to[0]);
		close(to[1]);
		free(w);
		return r;
	}
	w->to = to[1];
	w->from = from[0];
	w->pid = fork();
	if (w->pid == 0) {
		close(to[1]);
		close(from[0]);
		be_worker(o, to[0], from[1]);
	}
	r = w->pid < 0 ? -errno : 0;
	close(to[0]);
	close(from[1]);
	if (r == 0)
		r = hear(w, &ready);
	if (r < 0) {
		worker_end(w);
		return r;
	}
	*ret = w;
	return 0;
}

pid_t worker_pid(const struct worker *w)
{
	return w->pid;
}

int worker_go(struct worker *w, struct worker_result *ret)
{
	if (write(w->to, "g", 1) != 1)
		return -errno;
	return hear(w, ret);
}

void worker_end(struct worker *w)
{
	/* The worker reads the end of the pipe, and exits. */
	close(w->to);
	close(w->from);
	if (w->pid > 0)
		waitpid(w->pid, NULL, 0);
	free(w);
}
