/* SPDX-License-Identifier: BSD-2-Clause */
/* A cell: one measurement of one workload under one row. */
#ifndef BENCH_CELL_H
#define BENCH_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/bench.h"
#include "bench/host_stats.h"
#include "bench/programs.h"

enum metric {
#define METRIC(name) METRIC_##name,
#include "bench/metrics.def"
#undef METRIC
	METRICS,
};

extern const char *const metric_names[METRICS];

struct cell {
	unsigned int round;
	double metrics[METRICS]; /* NAN: this row does not have it */
	double least_ns; /* BPF time per operation in the part of the work where it was least */
	struct programs programs;
	struct samples samples;
};

struct cell_options {
	const struct runfiles *runfiles;
	const struct bench_workload *workload;
	const struct bench_row *row;
	uint64_t work;      /* operations; the warm-up does a tenth of that first */
	unsigned int parts; /* parts of @work that are measured one after the other; 0: 1 */
	double duration_s;  /* seconds, instead of @work; 0: use @work */
	double sample_s;    /* seconds between samples */
	/*
	 * Keep the workload on one CPU. Otherwise the other end of a terminal runs beside it at
	 * times. Where two CPUs share a core, this changes the time of BPF programs by half.
	 */
	bool one_cpu;
	/* Additional flags for eventstrace. */
	const char *const *flags;
	size_t flag_count;
};

/**
 * cell_run() - measure one cell
 * @opts:	the workload, the row and their options
 * @why:	receives the reason of a failure, as text
 * @size:	bytes of @why
 * @ret:	receives the result; the caller frees it with cell_free()
 *
 * Return: 0, -EOPNOTSUPP if this kernel does not support the row, or another negative errno.
 */
int cell_run(const struct cell_options *opts, char *why, size_t size, struct cell *ret);

void cell_free(struct cell *cell);

#endif /* BENCH_CELL_H */
