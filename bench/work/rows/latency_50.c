/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/work/bench.h"

static struct bench_row row = {
	.name = "latency-50",
	.doc = "the default with a latency budget of 50 ms",
	.order = 88,
	.program = BENCH_TOOL,
	.wire_format = "auto",
	.wakeup = "adaptive",
	.latency = "--latency=50",
	.ring_size = BENCH_RING_SIZE,
};
BENCH_ROW(row)
