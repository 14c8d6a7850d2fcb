/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/work/bench.h"

static struct bench_row row = {
	.name = "latency-1",
	.doc = "the default with a latency budget of 1 ms",
	.order = 82,
	.program = BENCH_TOOL,
	.wire_format = "auto",
	.wakeup = "adaptive",
	.latency = "--latency=1",
	.ring_size = BENCH_RING_SIZE,
};
BENCH_ROW(row)
