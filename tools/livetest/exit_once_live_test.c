/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * If the last two threads of a process end at the same moment, there is one exit event. Kernels
 * before 6.16 have a tracepoint that does not report which thread is the last. The program is
 * configured as for such a kernel.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/types.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "lib/decode/decode.h"
#include "lib/ring/ring.h"
#include "lib/wire/bpf_config.h"
#include "lib/wire/shared.h"
#include "probes/et_probes.skel.h"
#include "tools/livetest/cannot.h"

#define PROCESSES 1000
#define RING_SIZE (1U << 20)
#define PID_MAX   (1 << 22)

struct exits {
	struct et_probes *skel;
	struct et_rings *rings;
	int fds[ET_RINGS];
	struct seen {
		unsigned int round, exits;
	} *seen; /* indexed by process */
	/* round of the processes that run now; process numbers are reused between rounds */
	unsigned int round;
	unsigned int malformed;
};

static int on_record(void *ctx, const void *data, size_t len, unsigned int ring_class)
{
	struct exits *e = ctx;
	struct et_event ev;
	struct seen *seen;

	(void)ring_class;
	if (et_decode(data, len, &ev) < 0 || ev.hdr->type != ET_PROCESS_EXIT) {
		e->malformed++;
		return 0;
	}
	seen = &e->seen[((const struct et_process_exit *)ev.hdr)->pids.tgid % PID_MAX];
	if (seen->round != e->round)
		*seen = (struct seen){ .round = e->round };
	seen->exits++;
	return 0;
}

static int set_up(void **state)
{
	struct exits *e = calloc(1, sizeof(*e));
	struct bpf_program *prog;

	assert_non_null(e);
	libbpf_set_print(NULL);
	e->seen = calloc(PID_MAX, sizeof(*e->seen));
	assert_non_null(e->seen);
	e->skel = et_probes__open();
	assert_non_null(e->skel);
	e->skel->rodata->et_config.exit_has_group_dead = false;
	bpf_map__set_max_entries(e->skel->maps.scratch,
				 (__u32)libbpf_num_possible_cpus() * ET_LANES);
	prog = e->skel->progs.exit_tp_btf;
	bpf_program__set_autoload(prog, true);
	assert_int_equal(et_probes__load(e->skel), 0);
	assert_int_equal(et_rings__new(&e->skel->bss->et_reader_sleeping, on_record, e, &e->rings),
			 0);
	for (__u32 i = 0; i < ET_RINGS; i++) {
		e->fds[i] = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "et_exits", 0, 0, RING_SIZE, NULL);
		assert_true(e->fds[i] >= 0);
		assert_int_equal(bpf_map_update_elem(bpf_map__fd(e->skel->maps.rings), &i,
						     &e->fds[i], BPF_ANY),
				 0);
		assert_int_equal(et_rings__add_map(e->rings, e->fds[i], RING_SIZE, i), 0);
	}
	e->skel->links.exit_tp_btf = bpf_program__attach(prog);
	assert_non_null(e->skel->links.exit_tp_btf);
	*state = e;
	return 0;
}

static int tear_down(void **state)
{
	struct exits *e = *state;

	et_rings__free(e->rings);
	for (int i = 0; i < ET_RINGS; i++)
		close(e->fds[i]);
	et_probes__destroy(e->skel);
	free(e->seen);
	free(e);
	return 0;
}

/* ---- two threads at the same instant ------------------------------------------------------ */

static atomic_int ready;
/* true: each thread ends the whole process; false: each thread ends only itself */
static bool as_one;

static int cpus[2]; /* two CPUs that this test may run on */

static int find_cpus(void)
{
	cpu_set_t set;
	int n = 0;

	if (sched_getaffinity(0, sizeof(set), &set))
		return -errno;
	for (int cpu = 0; cpu < CPU_SETSIZE && n < 2; cpu++)
		if (CPU_ISSET(cpu, &set))
			cpus[n++] = cpu;
	return n;
}

static void go_to(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		_exit(2);
}

/* Run each thread on its own CPU. Spin until both threads are ready, then end. */
static void *ends(void *arg)
{
	go_to(cpus[arg != NULL]);
	atomic_fetch_add(&ready, 1);
	while (atomic_load(&ready) < 2)
		;
	syscall(as_one ? SYS_exit_group : SYS_exit, 0);
	return NULL;
}

static pid_t start_process(void)
{
	pthread_t thread;
	pid_t pid = fork();

	if (pid)
		return pid;
	if (pthread_create(&thread, NULL, ends, &thread))
		_exit(1);
	ends(NULL);
	_exit(1);
}

/* Read all records, including those after a record that is not committed yet. */
static void drain(struct exits *e)
{
	int r = 0;

	while (r >= 0 && !et_rings__empty(e->rings))
		r = et_rings__consume(e->rings, 256);
	assert_true(r >= 0);
}

static void ends_once(struct exits *e)
{
	unsigned int none = 0, more = 0;

	if (find_cpus() < 2) {
		assert_true(cannot("exit_once", "one CPU: no two threads end at the same moment"));
		return;
	}
	for (int i = 0; i < PROCESSES; i++) {
		unsigned int exits;
		int status;
		pid_t pid;

		e->round++;
		pid = start_process();
		assert_true(pid > 0);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
		drain(e);
		exits = e->seen[pid].round == e->round ? e->seen[pid].exits : 0;
		none += !exits;
		more += exits > 1;
	}
	assert_int_equal(e->malformed, 0);
	print_message("%d processes: %u without an exit, %u with several\n", PROCESSES, none, more);
	assert_int_equal(none, 0);
	assert_int_equal(more, 0);
}

static void test_each_for_itself(void **state)
{
	as_one = false;
	ends_once(*state);
}

static void test_as_one(void **state)
{
	as_one = true;
	ends_once(*state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_for_itself),
		cmocka_unit_test(test_as_one),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
