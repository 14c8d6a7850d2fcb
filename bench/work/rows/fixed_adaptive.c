/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/work/bench.h"

static struct bench_row row = {
	.name = "fixed-adaptive",
	.doc = "as fixed, but wake-ups only when the reader sleeps",
	.order = 40,
	.program = BENCH_TOOL,
	.wire_format = "fixed",
	.wakeup = "adaptive",
	.ring_size = BENCH_RING_SIZE,
};
BENCH_ROW(row)
