/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks claims about eventstrace against the figures of a run. Each claim has a sentence. */
#ifndef BENCH_REPORT_VERDICT_H
#define BENCH_REPORT_VERDICT_H

#include <stddef.h>

#include "bench/report/result.h"

enum verdict_state {
	VERDICT_UNKNOWN, /* the run lacks the rows that the claim needs */
	VERDICT_HOLDS,
	VERDICT_FAILS,
	VERDICT_UNRELIABLE, /* the machine had too much other work for this claim */
};

struct verdict {
	const char *claim;
	enum verdict_state state;
	char figure[64];    /* the claim's main number, as text */
	char sentence[512]; /* not escaped for HTML */
};

/* Number of claims. */
#define VERDICTS 6

/* Check all claims. */
void verdict_all(const struct result *result, struct verdict ret[VERDICTS]);

#endif /* BENCH_REPORT_VERDICT_H */
