/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * entry [ROUNDS]: measures the time of eventstrace's programs at the beginning and at the end of
 * write(2).
 *
 * An empty program is attached to the same tracepoint, so both are timed in the same system calls.
 * The difference is the own cost of eventstrace's program. Three kinds of process write single
 * bytes to a terminal. Each round measures all three, one after the other.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bench/run/log_err.h"
#include "bench/run/programs.h"
#include "bench/run/runfiles.h"
#include "bench/run/tracer.h"
#include "bench/stats/stats.h"
#include "lib/kernel/features.h"
#include "lib/kernel/tracefs.h"
#include "tools/cases/account.h"
#include "tools/cases/pty.h"

#define WRITES      100000
#define ROUNDS      7
#define ROUNDS_MAX  100
#define TRACEPOINT  "syscalls/sys_enter_write"
#define PROGRAM     "call_write_enter_tp"
#define EXIT_PREFIX "tty_write"

enum who { SINGLE, AFTER_PATH, MULTI, WHO };

static const char *const names[WHO] = {
	[SINGLE] = "single-threaded",
	[AFTER_PATH] = "single-threaded, chmod before",
	[MULTI] = "multi-threaded",
};

enum figure { EMPTY, ENTER, EXIT, FIGURES };

struct empty {
	struct et_feature_set features;
	int prog;
};

static double results[WHO][FIGURES][ROUNDS_MAX];

/* ---- the empty program ---------------------------------------------------------------------- */

static int empty_attach(struct empty *empty)
{
	/* r0 = 0; exit */
	const struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_link_create_opts, opts);
	int event, r;

	r = et_feature__check(&empty->features, ET_FEATURE_TRACEFS, NULL);
	if (r < 0)
		return r;
	empty->prog = bpf_prog_load(BPF_PROG_TYPE_TRACEPOINT, "empty", "GPL", code,
				    sizeof(code) / sizeof(*code), NULL);
	if (empty->prog < 0)
		return empty->prog;
	event = et_tracefs__open_event(empty->features.events_fd, TRACEPOINT);
	if (event < 0)
		return event;
	/* The link holds a reference to the perf event. */
	r = bpf_link_create(empty->prog, event, BPF_PERF_EVENT, &opts);
	close(event);
	return r;
}

/* ---- processes that write -------------------------------------------------------------------- */

static void *wait_for_ever(void *arg)
{
	for (;;)
		pause();
	return arg;
}

/* Prepare, and send a byte to the parent. Write when the parent answers, then send another byte. */
static _Noreturn void write_as(enum who who, int go, int done)
{
	pthread_t thread;
	struct pty pty;
	struct stat st;
	char byte = 0;

	pty_open(&pty);
	/* Another process reads the master, so that the writer has only one thread. */
	if (fork() == 0)
		for (char buf[65536];;)
			if (read(pty.master, buf, sizeof(buf)) <= 0)
				_exit(0);
	if (who == MULTI)
		CHECK(pthread_create(&thread, NULL, wait_for_ever, NULL) == 0);
	if (who == AFTER_PATH)
		CHECK(stat(pty.name, &st) == 0 && chmod(pty.name, st.st_mode) == 0);
	CHECK(write(done, &byte, 1) == 1 && read(go, &byte, 1) == 1);
	for (int i = 0; i < WRITES; i++)
		CHECK(write(pty.slave, "a", 1) == 1);
	CHECK(write(done, &byte, 1) == 1);
	CHECK(read(go, &byte, 1) == 0);
	kill(0, SIGKILL);
	_exit(1);
}

static pid_t start(enum who who, int *go, int *done)
{
	int to[2], from[2];
	char byte;
	pid_t pid;

	CHECK(pipe(to) == 0 && pipe(from) == 0);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		close(to[1]);
		CHECK(setpgid(0, 0) == 0);
		write_as(who, to[0], from[1]);
	}
	close(to[0]);
	close(from[1]);
	*go = to[1];
	*done = from[0];
	CHECK(read(*done, &byte, 1) == 1);
	return pid;
}

/* ---- a round -------------------------------------------------------------------------------- */

static int take(const struct empty *empty, const struct tracer *tracer, enum who who, int round)
{
	struct bpf_prog_info before = { 0 }, after = { 0 };
	__u32 size = sizeof(before);
	struct programs programs = { .count = 0 };
	int go, done, r;
	uint64_t exit_ns = 0;
	char byte = 0;
	pid_t pid;

	pid = start(who, &go, &done);
	r = bpf_prog_get_info_by_fd(empty->prog, &before, &size);
	if (r == 0)
		r = programs_open(tracer_pid(tracer), &programs);
	if (r == 0) {
		CHECK(write(go, &byte, 1) == 1 && read(done, &byte, 1) == 1);
		r = programs_take(&programs);
		size = sizeof(after);
	}
	if (r == 0)
		r = bpf_prog_get_info_by_fd(empty->prog, &after, &size);
	close(go);
	close(done);
	CHECK(waitpid(pid, NULL, 0) == pid);
	if (r < 0)
		return r;
	results[who][EMPTY][round] = stats_ratio((double)(after.run_time_ns - before.run_time_ns),
						 (double)(after.run_cnt - before.run_cnt));
	for (size_t i = 0; i < programs.count; i++) {
		const struct program *p = &programs.v[i];

		if (strcmp(p->name, PROGRAM) == 0)
			results[who][ENTER][round] =
				stats_ratio((double)p->run_ns, (double)p->runs);
		if (strncmp(p->name, EXIT_PREFIX, strlen(EXIT_PREFIX)) == 0)
			exit_ns += p->run_ns;
	}
	results[who][EXIT][round] = (double)exit_ns / WRITES;
	return 0;
}

static void print(const char *events, int rounds)
{
	printf("%s, %d rounds of %d writes: ns, median (least, most)\n", events, rounds, WRITES);
	printf("%-30s %20s %20s %8s %20s\n", "", "empty", PROGRAM, "more", "at the end");
	for (int who = 0; who < WHO; who++) {
		struct stats s[FIGURES];

		for (int i = 0; i < FIGURES; i++)
			s[i] = stats_of(results[who][i], (size_t)rounds);
		printf("%-30s", names[who]);
		for (int i = 0; i < FIGURES; i++) {
			printf(" %6.0f (%5.0f, %5.0f)", s[i].median, s[i].min, s[i].max);
			if (i == ENTER)
				printf(" %8.0f", s[ENTER].median - s[EMPTY].median);
		}
		putchar('\n');
	}
	fflush(stdout);
}

static int measure(const struct empty *empty, const char *events, int rounds)
{
	const char *const argv[] = {
		place_program(BENCH_TOOL), "-e", events, "-v", "-s", "-o", "/dev/null", NULL
	};
	struct tracer_account account;
	struct tracer *tracer;
	char why[256];
	int r;

	r = tracer_start(argv, why, sizeof(why), &tracer);
	if (r < 0) {
		log_err("eventstrace does not start: %s", why);
		return r;
	}
	for (int round = 0; round < rounds && r == 0; round++)
		for (int i = 0; i < WHO && r == 0; i++)
			r = take(empty, tracer, (enum who)((i + round) % WHO), round);
	tracer_stop(tracer, &account);
	if (r == 0)
		print(events, rounds);
	return r;
}

int main(int argc, char **argv)
{
	/* The second list also attaches programs that keep state for system calls with a path. */
	static const char *const events[] = { "tty-write", "tty-write,file-modify" };
	int rounds = argc > 1 ? atoi(argv[1]) : ROUNDS, stats, r;
	struct empty empty = { .features = ET_FEATURE_SET_INIT };

	if (argc > 2 || rounds < 1 || rounds > ROUNDS_MAX) {
		fprintf(stderr, "usage: entry [ROUNDS]    from 1 to %d\n", ROUNDS_MAX);
		return 2;
	}
	r = programs_count_time(&stats);
	if (r == 0)
		r = empty_attach(&empty);
	for (size_t i = 0; i < sizeof(events) / sizeof(*events) && r >= 0; i++)
		r = measure(&empty, events[i], rounds);
	if (r < 0) {
		log_err("cannot measure: %s", strerror(-r));
		return 1;
	}
	return 0;
}
