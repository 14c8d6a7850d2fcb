/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/bench.h"

/* The largest number that a process can have: it is nobody's. */
static struct bench_row row = {
	.name = "filtered",
	.doc = "auto, with a filter that matches nothing: every event is looked at and dropped",
	.order = 90,
	.program = BENCH_TOOL,
	.wire_format = "auto",
	.wakeup = "adaptive",
	.filter = "--pid=4194303",
	.ring_size = BENCH_RING_SIZE,
};
BENCH_ROW(row)
