/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/work/bench.h"

static struct bench_row row = {
	.name = "before-159",
	.doc = "EventsTrace before its pull request 159: fixed slots, smaller caps, no "
	       "environment, rings of 256 KiB",
	.order = 20,
	.program = BENCH_TOOL_BEFORE,
	.wire_format = "fixed",
	.wakeup = "always",
	.ring_size = (256UL << 10),
};
BENCH_ROW(row)
