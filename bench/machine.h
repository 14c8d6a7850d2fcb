/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine as a whole: processor time and memory, as top and free show them. */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include <stddef.h>
#include <stdint.h>

/*
 * What its processors call themselves, and their family, model and stepping, since hypervisors cut
 * names short: "AMD EPYC (25/1/1)". Empty where they have no name.
 */
void machine_cpu_model(char *ret, size_t size);

/* Since boot, all CPUs together, in seconds. */
struct machine_cpu {
	double user;   /* nice included */
	double system; /* interrupts included */
	double total;  /* idle and stolen included */
};

/* CLOCK_MONOTONIC. */
double machine_now_s(void);

/* Return: 0 or a negative errno. */
int machine_cpu(struct machine_cpu *ret);

/* What free calls used: neither free, nor page cache, nor buffers, nor reclaimable slabs. */
int machine_used_memory(uint64_t *ret_bytes);

struct sample {
	double t_s;                                  /* since the first */
	double cpu_user_percent, cpu_system_percent; /* of all CPUs, since the sample before */
	uint64_t used_memory_bytes;
};

struct samples {
	struct sample *v;
	size_t count, size;
};

struct sampler;

/**
 * sampler_start() - take a sample now and every @interval_s from now on, in a thread
 * @interval_s:	seconds
 * @ret:	receives the sampler; the caller ends it with sampler_stop()
 *
 * Return: 0 or a negative errno.
 */
int sampler_start(double interval_s, struct sampler **ret);

/* End it with a last sample. @ret->v is the caller's to free. */
void sampler_stop(struct sampler *s, struct samples *ret);

#endif /* BENCH_MACHINE_H */
