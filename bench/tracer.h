/* SPDX-License-Identifier: BSD-2-Clause */
/* A tracer as a child process: eventstrace, or bench/floor, which behaves like it. */
#ifndef BENCH_TRACER_H
#define BENCH_TRACER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct tracer;

/* What it says of itself at its end, all types of events together. */
struct tracer_account {
	uint64_t attempted, sent, received, lost, bytes;
	uint64_t wakeups;
	uint64_t locked_rings, locked_scratch, locked_maps;
};

/* Processor time so far, in seconds. */
struct tracer_cpu {
	double user, system;
};

/**
 * tracer_start() - start a tracer, and wait until it is attached
 * @argv:	program and flags; it must be told to print a line with "hooks" in it on stderr then
 * @why:	receives, on failure, what it said last
 * @size:	bytes at @why
 * @ret:	receives the tracer; the caller ends it with tracer_stop()
 *
 * Return: 0, -EOPNOTSUPP if it says that this kernel cannot do what the flags ask for, or another
 * negative errno.
 */
int tracer_start(const char *const *argv, char *why, size_t size, struct tracer **ret);

pid_t tracer_pid(const struct tracer *t);

/* Stop it, as a debugger would, and let it go on. Return: 0 or a negative errno. */
int tracer_pause(const struct tracer *t);
int tracer_resume(const struct tracer *t);

/*
 * Wait until it has nothing left to do, two seconds at most: programs of others never give it
 * peace.
 */
void tracer_settle(const struct tracer *t);

/* Return: 0 or a negative errno. */
int tracer_cpu(const struct tracer *t, struct tracer_cpu *ret);

/* The most memory that it had so far, in bytes. Return: 0 or a negative errno. */
int tracer_rss(const struct tracer *t, uint64_t *ret);

/**
 * tracer_stop() - end it, and read its account
 * @t:		the tracer; gone afterwards, in any case
 * @ret:	receives the account
 *
 * What goes wrong is said on stderr. Return: 0 or a negative errno.
 */
int tracer_stop(struct tracer *t, struct tracer_account *ret);

#endif /* BENCH_TRACER_H */
