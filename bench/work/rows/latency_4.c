/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/work/bench.h"

static struct bench_row row = {
	.name = "latency-4",
	.doc = "the default with a latency budget of 4 ms",
	.order = 85,
	.program = BENCH_TOOL,
	.wire_format = "auto",
	.wakeup = "adaptive",
	.latency = "--latency=4",
	.ring_size = BENCH_RING_SIZE,
};
BENCH_ROW(row)
