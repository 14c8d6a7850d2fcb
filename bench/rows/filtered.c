/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/bench.h"

/* The first process of the tracer's PID namespace is the tracer, which leaves itself out anyway. */
static struct bench_row row = {
	.name = "filtered",
	.doc = "auto, with a filter that matches nothing: every event is looked at and dropped",
	.order = 90,
	.program = BENCH_TOOL,
	.wire_format = "auto",
	.wakeup = "adaptive",
	.filter = "--pid=1",
	.ring_size = BENCH_RING_SIZE,
};
BENCH_ROW(row)
