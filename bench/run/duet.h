/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A duet: two builds of eventstrace record the same events at the same time. What disturbs one
 * build disturbs the other too, so the ratio of both has little noise.
 *
 * L. Bulej, V. Horky, P. Tuma, F. Farquet, A. Prokopec, "Duet Benchmarking: Improving Measurement
 * Accuracy in the Cloud", 2020.
 */
#ifndef BENCH_DUET_H
#define BENCH_DUET_H

#include <stddef.h>
#include <stdint.h>

#include "bench/run/cell.h"

/* The work is measured in so many parts. */
#define DUET_PARTS 51

enum duet_build { DUET_BASE, DUET_NEW, DUET_BUILDS };

struct duet_options {
	/* The runfiles, row and flags of each build; `workload` and `work` are the same in both. */
	struct cell_options builds[DUET_BUILDS];
	/* The build that starts first. Its BPF programs run first, and fill the CPU's caches. */
	enum duet_build first;
};

/* The figures of a build, per event. */
struct duet_figures {
	double ns; /* time in BPF programs, in that part of the work whose ratio is the median */
	double cpu_ns; /* CPU time of the build's process */
	double wakeups;
};

/**
 * duet_run() - measure two builds at the same time
 * @o:		the builds and the workload, which stays on one CPU
 * @why:	receives the reason of a failure, as text
 * @size:	bytes of @why
 * @ret:	receives the figures of each build
 *
 * Return: 0 or a negative errno; -ENODATA: a build recorded no event of the workload.
 */
int duet_run(const struct duet_options *o, char *why, size_t size,
	     struct duet_figures ret[DUET_BUILDS]);

#endif /* BENCH_DUET_H */
