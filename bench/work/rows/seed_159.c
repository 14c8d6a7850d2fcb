/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/work/bench.h"

static struct bench_row row = {
	.name = "seed-159",
	.doc = "EventsTrace's design since its pull request 159: packed in scratch, copied into "
	       "the ring, a wake-up for every event",
	.order = 50,
	.program = BENCH_TOOL,
	.wire_format = "varlen",
	.wakeup = "always",
	.ring_size = BENCH_RING_SIZE,
};
BENCH_ROW(row)
