/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/work/bench.h"

static struct bench_row row = {
	.name = "varlen",
	.doc = "as seed-159, but wake-ups only when the reader sleeps",
	.order = 60,
	.program = BENCH_TOOL,
	.wire_format = "varlen",
	.wakeup = "adaptive",
	.ring_size = BENCH_RING_SIZE,
};
BENCH_ROW(row)
