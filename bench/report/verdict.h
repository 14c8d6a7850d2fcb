/* SPDX-License-Identifier: BSD-2-Clause */
/* The claims about a run: a sentence for each, and whether the figures support it. */
#ifndef BENCH_REPORT_VERDICT_H
#define BENCH_REPORT_VERDICT_H

#include <stddef.h>

#include "bench/report/result.h"

enum verdict_state {
	VERDICT_UNKNOWN, /* the run lacks the rows for it */
	VERDICT_HOLDS,
	VERDICT_FAILS,
};

struct verdict {
	const char *claim;
	enum verdict_state state;
	char figure[64];    /* the claim's main number, as text */
	char sentence[512]; /* not escaped */
};

/* Number of claims. */
#define VERDICTS 6

/* Judge each of them. */
void verdict_all(const struct result *result, struct verdict ret[VERDICTS]);

#endif /* BENCH_REPORT_VERDICT_H */
