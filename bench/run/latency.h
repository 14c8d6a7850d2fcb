/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads the tracer's lines from a FIFO, and measures the age of each event when its line arrives.
 *
 * A process of its own reads. Otherwise the workload would be a child of the process that reads the
 * output, and eventstrace would nap shorter and check for a loop of events.
 */
#ifndef BENCH_LATENCY_H
#define BENCH_LATENCY_H

struct latency;

/**
 * latency_start() - make the FIFO, and read it in a process of its own
 * @ret:	receives the object; latency_stop() ends it
 *
 * Return: 0 or a negative errno.
 */
int latency_start(struct latency **ret);

/* The path of the FIFO, for the tracer's option -o. */
const char *latency_path(const struct latency *l);

/* Measure only events that happen from now on. */
void latency_begin(struct latency *l);

/**
 * latency_stop() - end the process, and remove the FIFO
 * @l:		the object, whose tracer has ended
 * @ret_p50:	receives the median in ns; NAN: no event came
 * @ret_p99:	receives the 99th percentile in ns; NAN: no event came
 */
void latency_stop(struct latency *l, double *ret_p50, double *ret_p99);

#endif /* BENCH_LATENCY_H */
