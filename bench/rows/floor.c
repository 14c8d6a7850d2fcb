/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/bench.h"

static struct bench_row row = {
	.name = "floor",
	.doc = "the same hooks and tests, a record of the same size, reserved and submitted unfilled",
	.order = 10,
	.program = BENCH_FLOOR,
	.ring_size = BENCH_RING_SIZE,
};
BENCH_ROW(row)
