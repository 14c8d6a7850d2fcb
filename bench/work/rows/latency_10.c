/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/work/bench.h"

static struct bench_row row = {
	.name = "latency-10",
	.doc = "the default with a latency budget of 10 ms",
	.order = 87,
	.program = BENCH_TOOL,
	.wire_format = "auto",
	.wakeup = "adaptive",
	.latency = "--latency=10",
	.ring_size = BENCH_RING_SIZE,
};
BENCH_ROW(row)
