/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs any command as a tracer, and measures its processes, output and CPU time. */
#ifndef BENCH_COMMAND_H
#define BENCH_COMMAND_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "bench/run/tracer.h"
#include "bench/work/bench.h"

struct command;

/* Output of the command since command_begin(). */
struct command_output {
	uint64_t bytes;
	uint64_t delivered; /* number of lines that match count_pattern */
};

/**
 * command_start() - start a command, and wait until it traces
 * @c:		the command
 * @workload:		PID of the workload, which the command gets as $WORKLOAD_PID
 * @why:		receives the reason of a failure, as text
 * @size:		bytes of @why
 * @ret:		receives the command; the caller ends it with command_stop()
 *
 * Return: 0, -EOPNOTSUPP if the command does not run on this host, or another negative errno.
 */
int command_start(const struct bench_command *c, pid_t workload, char *why, size_t size,
		  struct command **ret);

/* Begin to count the output. */
void command_begin(struct command *c);

/* Wait until the command's processes are idle and write nothing, for at most 4 s. */
void command_settle(const struct command *c);

/*
 * Correct @now so that neither its user nor its system time is below @before. The sum stays the
 * same. The kernel divides a process's time into user and system time in the ratio of its ticks, so
 * each part can decrease.
 */
void command_divide(const struct tracer_cpu *before, struct tracer_cpu *now);

/*
 * Read CPU time and maximum resident memory of all processes of the command since its start.
 * Return: 0, or -EOPNOTSUPP and @why if the command has exited.
 */
int command_usage(struct command *c, struct tracer_cpu *ret_cpu, uint64_t *ret_rss, char *why,
		  size_t size);

/**
 * command_stop() - end all processes of the command
 * @c:		the command; freed
 * @ret:		receives the command's output
 *
 * Sends SIGINT first, as a user does, then SIGTERM, then SIGKILL.
 */
void command_stop(struct command *c, struct command_output *ret);

#endif /* BENCH_COMMAND_H */
