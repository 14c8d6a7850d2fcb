/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs a tracer as a child process: eventstrace, or bench/floor, which behaves like eventstrace. */
#ifndef BENCH_TRACER_H
#define BENCH_TRACER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct tracer;

/* The totals in the tracer's summary, over all event types. */
struct tracer_account {
	uint64_t attempted, sent, received, lost, bytes;
	uint64_t wakeups;
	uint64_t locked_rings, locked_scratch, locked_maps;
};

/* CPU time since the tracer's start, in seconds. */
struct tracer_cpu {
	double user, system;
};

/**
 * tracer_start() - start a tracer, and wait until it is attached
 * @argv:		program and flags; with these flags, the tracer must print a line with
 *		"hooks" on stderr once it is attached
 * @why:		receives the tracer's last message on failure
 * @size:		bytes of @why
 * @ret:		receives the tracer; the caller ends it with tracer_stop()
 *
 * Return: 0, -EOPNOTSUPP if the tracer reports that this kernel does not support the flags, or
 * another negative errno.
 */
int tracer_start(const char *const *argv, char *why, size_t size, struct tracer **ret);

pid_t tracer_pid(const struct tracer *t);

/* Stop the tracer with SIGSTOP, or continue it. Return: 0 or a negative errno. */
int tracer_pause(const struct tracer *t);
int tracer_resume(const struct tracer *t);

/* Wait until the tracer is idle, for at most 2 s. Other processes may cause events all the time. */
void tracer_settle(const struct tracer *t);

/* Read the tracer's CPU time. Return: 0 or a negative errno. */
int tracer_cpu(const struct tracer *t, struct tracer_cpu *ret);

/* Read the tracer's maximum resident memory in bytes. Return: 0 or a negative errno. */
int tracer_rss(const struct tracer *t, uint64_t *ret);

/**
 * tracer_stop() - end the tracer, and read its summary
 * @t:		the tracer; always freed
 * @ret:		receives the counts
 *
 * Prints failures on stderr.
 *
 * Return: 0 or a negative errno.
 */
int tracer_stop(struct tracer *t, struct tracer_account *ret);

#endif /* BENCH_TRACER_H */
