/* SPDX-License-Identifier: BSD-2-Clause */
/* A tracer that is any command: its processes, its output and its CPU time. */
#ifndef BENCH_COMMAND_H
#define BENCH_COMMAND_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "bench/bench.h"
#include "bench/tracer.h"

struct command;

/* What the command wrote since command_begin(). */
struct command_output {
	uint64_t bytes;
	uint64_t delivered; /* lines that match count_pattern */
};

/**
 * command_start() - start a command, and wait until it traces
 * @c:		the command
 * @workload:	process of the workload: $WORKLOAD_PID of the command
 * @why:	receives the reason of a failure, as text
 * @size:	bytes of @why
 * @ret:	receives the command; the caller ends it with command_stop()
 *
 * Return: 0, -EOPNOTSUPP if the command does not run on this host, or another negative errno.
 */
int command_start(const struct bench_command *c, pid_t workload, char *why, size_t size,
		  struct command **ret);

/* Count output from here on. */
void command_begin(struct command *c);

/* Wait until its processes are idle and write nothing, at most some seconds. */
void command_settle(const struct command *c);

/*
 * The kernel divides a process's time into user and system by ticks, so that either can go back
 * when more ticks come: correct @now so that neither is below @before. The sum stays.
 */
void command_divide(const struct tracer_cpu *before, struct tracer_cpu *now);

/*
 * CPU time and maximum resident memory of all its processes so far. Return: 0, or -EOPNOTSUPP and
 * @why if the command has exited.
 */
int command_usage(struct command *c, struct tracer_cpu *ret_cpu, uint64_t *ret_rss, char *why,
		  size_t size);

/**
 * command_stop() - end all processes of the command
 * @c:		the command; freed
 * @ret:	receives what it wrote
 *
 * As a user does: SIGINT first, then SIGTERM, then SIGKILL.
 */
void command_stop(struct command *c, struct command_output *ret);

#endif /* BENCH_COMMAND_H */
