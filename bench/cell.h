/* SPDX-License-Identifier: BSD-2-Clause */
/* A cell: one workload, recorded once by one row. */
#ifndef BENCH_CELL_H
#define BENCH_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/bench.h"
#include "bench/machine.h"
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
	double metrics[METRICS]; /* NAN: this row cannot have it */
	struct programs programs;
	struct samples samples;
};

struct cell_options {
	const struct bench_place *place;
	const struct bench_workload *workload;
	const struct bench_row *row;
	uint64_t work;     /* operations; before them a tenth of that, unmeasured */
	double duration_s; /* instead: so long; 0: not */
	double sample_s;   /* time between samples */
	/* More flags for eventstrace. */
	const char *const *flags;
	size_t flag_count;
};

/**
 * cell_run() - measure one cell
 * @opts:	what
 * @why:	receives, on failure, what went wrong, in words
 * @size:	bytes at @why
 * @ret:	receives the result; the caller frees it with cell_free()
 *
 * Return: 0, -EOPNOTSUPP if this kernel does not have what the row needs, or another negative errno.
 */
int cell_run(const struct cell_options *opts, char *why, size_t size, struct cell *ret);

void cell_free(struct cell *cell);

#endif /* BENCH_CELL_H */
