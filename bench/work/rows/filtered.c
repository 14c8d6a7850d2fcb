/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/work/bench.h"

/*
 * PID 1 of the tracer's PID namespace is the tracer itself, and eventstrace never records its own
 * events.
 */
static struct bench_row row = {
	.name = "filtered",
	.doc = "auto, with a filter that matches no event: every event is tested and dropped",
	.order = 90,
	.program = BENCH_TOOL,
	.wire_format = "auto",
	.wakeup = "adaptive",
	.filter = "--pid=1",
	.ring_size = BENCH_RING_SIZE,
};
BENCH_ROW(row)
