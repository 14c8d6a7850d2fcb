/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers "Which format should I use?" from the figures of a run. */
#ifndef BENCH_REPORT_ANSWER_H
#define BENCH_REPORT_ANSWER_H

#include <stdbool.h>

#include "bench/report/result.h"

/* A reason for the answer: the gain, its range in the run, and the cases without a gain. */
struct answer_part {
	const char *question;
	const char *choice; /* the property to choose, with its option of eventstrace */
	bool known;         /* false: the run lacks the rows that this reason needs */
	char figure[96];    /* the main number, as text */
	char pair[256];     /* the rows that the number compares, and what differs between them */
	char sentence[384]; /* the figures, and where they were measured */
	char sure[256];     /* the range of the figure over the rounds */
	const char *not_when;
};

#define ANSWER_PARTS 3

struct answer {
	char use[256];  /* the recommended format, in one sentence */
	char why[384];  /* what it does better than fixed slots, and in how many workloads */
	char sure[384]; /* the rounds, and how busy the machine was */
	char not_when[384];
	struct answer_part parts[ANSWER_PARTS];
};

/* Compute the answer. Its texts are not escaped for HTML. */
void answer_of(const struct result *result, struct answer *ret);

#endif /* BENCH_REPORT_ANSWER_H */
