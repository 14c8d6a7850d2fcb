/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/work/bench.h"

static struct bench_row row = {
	.name = "nap-4",
	.doc = "the default, but the reader sleeps for 4 ms after all events, also rare ones",
	.order = 92,
	.program = BENCH_TOOL,
	.wire_format = "auto",
	.wakeup = "nap",
	.latency = "--latency=4",
	.ring_size = BENCH_RING_SIZE,
};
BENCH_ROW(row)
