/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/work/bench.h"

static struct bench_row row = {
	.name = "fixed",
	.doc = "every field in a slot of its cap's size, a wake-up for every event",
	.order = 30,
	.program = BENCH_TOOL,
	.wire_format = "fixed",
	.wakeup = "always",
	.ring_size = BENCH_RING_SIZE,
};
BENCH_ROW(row)
