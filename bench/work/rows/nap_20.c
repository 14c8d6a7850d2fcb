/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/work/bench.h"

static struct bench_row row = {
	.name = "nap-20",
	.doc = "the default, but the reader sleeps for 20 ms after all events, also rare ones",
	.order = 93,
	.program = BENCH_TOOL,
	.wire_format = "auto",
	.wakeup = "nap",
	.latency = "--latency=20",
	.ring_size = BENCH_RING_SIZE,
};
BENCH_ROW(row)
