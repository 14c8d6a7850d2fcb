/* SPDX-License-Identifier: BSD-2-Clause */
/* Measures the CPU time and memory of the whole machine, as top and free show them. */
#ifndef BENCH_HOST_STATS_H
#define BENCH_HOST_STATS_H

#include <stddef.h>
#include <stdint.h>

/*
 * The processor's model name, such as "AMD EPYC (25/1/1)". Family, model and stepping are appended,
 * because hypervisors shorten names. An empty string if /proc/cpuinfo has no name.
 */
void host_cpu_model(char *ret, size_t size);

/* CPU times of all CPUs together since boot, in seconds. */
struct host_cpu {
	double user;   /* including nice */
	double system; /* including interrupts */
	double total;  /* including idle and stolen time */
};

/* The time of CLOCK_MONOTONIC in seconds. */
double now_s(void);

/* Read the CPU times. Return: 0 or a negative errno. */
int host_cpu(struct host_cpu *ret);

/*
 * Used memory as free(1) prints it: without free memory, page cache, buffers and reclaimable slabs.
 * Return: 0 or a negative errno.
 */
int host_used_memory(uint64_t *ret_bytes);

struct sample {
	double t_s;                                  /* seconds since the start of sampling */
	double cpu_user_percent, cpu_system_percent; /* of all CPUs, since the previous sample */
	uint64_t used_memory_bytes;
};

struct samples {
	struct sample *v;
	size_t count, size;
};

struct sampler;

/**
 * sampler_start() - start a thread that takes a sample at once, and then every @interval_s
 * @interval_s:		seconds between samples
 * @ret:		receives the sampler; the caller stops it with sampler_stop()
 *
 * Return: 0 or a negative errno.
 */
int sampler_start(double interval_s, struct sampler **ret);

/* Take a last sample, and stop the thread. The caller frees @ret->v. */
void sampler_stop(struct sampler *s, struct samples *ret);

#endif /* BENCH_HOST_STATS_H */
