/* SPDX-License-Identifier: BSD-2-Clause */
/* What a run says, in one sentence a claim. */
#ifndef BENCH_REPORT_VERDICT_H
#define BENCH_REPORT_VERDICT_H

#include <stddef.h>

#include "bench/report/result.h"

enum verdict_state {
	VERDICT_UNKNOWN, /* this run did not measure it */
	VERDICT_HOLDS,
	VERDICT_FAILS,
};

struct verdict {
	const char *claim;
	enum verdict_state state;
	char figure[64];    /* the number that it comes down to, as text */
	char sentence[512]; /* not escaped */
};

/* How many claims there are. */
#define VERDICTS 6

/* Judge each of them. */
void verdict_all(const struct result *result, struct verdict ret[VERDICTS]);

#endif /* BENCH_REPORT_VERDICT_H */
