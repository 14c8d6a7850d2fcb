/* SPDX-License-Identifier: BSD-2-Clause */
/* The whole machine's CPU time and memory, as top and free show them. */
#ifndef BENCH_HOST_STATS_H
#define BENCH_HOST_STATS_H

#include <stddef.h>
#include <stdint.h>

/*
 * The processor's model name, with family, model and stepping, because hypervisors shorten names:
 * "AMD EPYC (25/1/1)". Empty if the processor has no name.
 */
void host_cpu_model(char *ret, size_t size);

/* Since boot, all CPUs together, in seconds. */
struct host_cpu {
	double user;   /* nice included */
	double system; /* interrupts included */
	double total;  /* idle and stolen included */
};

/* CLOCK_MONOTONIC, in seconds. */
double now_s(void);

/* Return: 0 or a negative errno. */
int host_cpu(struct host_cpu *ret);

/* Used memory as free prints it: without free memory, page cache, buffers and reclaimable slabs. */
int host_used_memory(uint64_t *ret_bytes);

struct sample {
	double t_s;                                  /* since the first sample */
	double cpu_user_percent, cpu_system_percent; /* of all CPUs, since the sample before */
	uint64_t used_memory_bytes;
};

struct samples {
	struct sample *v;
	size_t count, size;
};

struct sampler;

/**
 * sampler_start() - start a thread that takes a sample now and then every @interval_s
 * @interval_s:	seconds between samples
 * @ret:	receives the sampler; the caller stops it with sampler_stop()
 *
 * Return: 0 or a negative errno.
 */
int sampler_start(double interval_s, struct sampler **ret);

/* Take a last sample and stop the thread. The caller frees @ret->v. */
void sampler_stop(struct sampler *s, struct samples *ret);

#endif /* BENCH_HOST_STATS_H */
