/* SPDX-License-Identifier: BSD-2-Clause */
/* The answer to "Which format should I use?", from the figures of a run. */
#ifndef BENCH_REPORT_ANSWER_H
#define BENCH_REPORT_ANSWER_H

#include <stdbool.h>

#include "bench/report/result.h"

/* One reason: what it gains, how sure that is, and when it gains nothing. */
struct answer_part {
	const char *question;
	const char *choice; /* the option of eventstrace that chooses it */
	bool known;         /* false: the run lacks the rows for it */
	char figure[96];    /* the main number, as text */
	char sentence[384]; /* the figures, and where they were measured */
	char sure[256];     /* the lowest and the highest of the rounds */
	const char *not_when;
};

#define ANSWER_PARTS 3

struct answer {
	char use[256]; /* what to use, in one sentence */
	struct answer_part parts[ANSWER_PARTS];
};

/* Find the answer. The texts are not escaped. */
void answer_of(const struct result *result, struct answer *ret);

#endif /* BENCH_REPORT_ANSWER_H */
