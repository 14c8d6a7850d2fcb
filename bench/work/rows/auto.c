/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/work/bench.h"

static struct bench_row row = {
	.name = "auto",
	.doc = "the default of eventstrace",
	.order = 80,
	.program = BENCH_TOOL,
	.wire_format = "auto",
	.wakeup = "adaptive",
	.ring_size = BENCH_RING_SIZE,
};
BENCH_ROW(row)
