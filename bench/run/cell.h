/* SPDX-License-Identifier: BSD-2-Clause */
/* A cell: one measurement of one workload under one row. */
#ifndef BENCH_CELL_H
#define BENCH_CELL_H

#include <stddef.h>
#include <stdint.h>

#include "bench/run/host_stats.h"
#include "bench/run/programs.h"
#include "bench/work/bench.h"

enum metric {
#define METRIC(name) METRIC_##name,
#include "bench/run/metrics.def"
#undef METRIC
	METRICS,
};

extern const char *const metric_names[METRICS];

struct cell {
	unsigned int round;
	double metrics[METRICS]; /* NAN: this row does not have it */
	struct programs programs;
	struct samples samples;
};

struct cell_options {
	const struct runfiles *runfiles;
	const struct bench_workload *workload;
	const struct bench_row *row;
	uint64_t work;     /* operations; the warm-up does a tenth of that first */
	double duration_s; /* seconds, instead of @work; 0: use @work */
	double sample_s;   /* seconds between samples */
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

struct tracer;

/*
 * Start the tracer of a row for a workload. It writes to /dev/null. @why receives the reason of a
 * failure, or an empty string. Return: as tracer_start().
 */
int cell_start_tracer(const struct cell_options *opts, char *why, size_t size, struct tracer **ret);

#endif /* BENCH_CELL_H */
