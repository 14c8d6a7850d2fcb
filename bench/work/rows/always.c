/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/work/bench.h"

static struct bench_row row = {
	.name = "always",
	.doc = "the default, but each record wakes the reader",
	.order = 81,
	.program = BENCH_TOOL,
	.wire_format = "auto",
	.wakeup = "always",
	.ring_size = BENCH_RING_SIZE,
};
BENCH_ROW(row)
