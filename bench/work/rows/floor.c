/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/work/bench.h"

static struct bench_row row = {
	.name = "floor",
	.doc = "the least work: the same hooks and tests, but an empty record of the same size",
	.order = 10,
	.program = BENCH_FLOOR,
	.ring_size = BENCH_RING_SIZE,
};
BENCH_ROW(row)
