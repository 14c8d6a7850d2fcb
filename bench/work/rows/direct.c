/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/work/bench.h"

static struct bench_row row = {
	.name = "direct",
	.doc = "as varlen, but built in the ring itself",
	.order = 70,
	.program = BENCH_TOOL,
	.wire_format = "direct",
	.wakeup = "adaptive",
	.ring_size = BENCH_RING_SIZE,
};
BENCH_ROW(row)
