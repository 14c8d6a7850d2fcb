/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/work/bench.h"

static struct bench_row row = {
	.name = "control",
	.doc = "no tracer",
	.order = 0,
	.program = BENCH_NO_PROGRAM,
};
BENCH_ROW(row)
