/* SPDX-License-Identifier: BSD-2-Clause */
/* Compares two builds of eventstrace on this machine, in pairs of duets: bench/run/duet.h. */
#ifndef BENCH_PAIRS_H
#define BENCH_PAIRS_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/run/run.h"
#include "bench/stats/rank.h"

/*
 * How a figure is compared. A change below the figure's margin is no failure, even if p is small.
 */
enum pairs_kind {
	PAIRS_RATIO,      /* the new build's figure divided by the base's */
	PAIRS_DIFFERENCE, /* the new build's figure minus the base's */
};

enum pairs_verdict { PAIRS_SAME, PAIRS_BETTER, PAIRS_WORSE };

/*
 * One figure, measured in each pair. Lower is better. A pair has two duets, and each build starts
 * first in one of them. The figure is the mean of both.
 */
struct pairs_figure {
	char name[64]; /* "ns/exec-spam/auto" */
	enum pairs_kind kind;
	double margin; /* 0.03: a ratio of 1.03, or a difference of 0.03 */
	size_t count;  /* number of pairs */
	double base[RANK_PAIRS_MAX], new[RANK_PAIRS_MAX];
};

/* The result of a figure's pairs. A ratio of 1 or a difference of 0 means no change. */
struct pairs_outcome {
	double base, new;         /* medians of the figure */
	double change, low, high; /* estimate, and the bounds of its interval of PAIRS_LEVEL */
	double p;                 /* one-sided, in the direction of the change */
	enum pairs_verdict verdict;
};

struct pairs {
	struct pairs_figure *v;
	size_t count;
};

#define PAIRS_DEFAULT 12
#define PAIRS_LEAST   10 /* with fewer pairs, p can never be as small as PAIRS_P */
#define PAIRS_LEVEL   0.99

/* A change counts if p, its probability by chance, is at most PAIRS_P. */
#define PAIRS_P 0.001

struct pairs_options {
	const char *base;        /* path of the eventstrace to compare with */
	struct run_choice flags; /* additional flags for the new one, built with this program */
	size_t count;            /* number of pairs, PAIRS_LEAST to RANK_PAIRS_MAX */
	const char *only;        /* only figures of this name, or below it; NULL: all */
	const char *workload;    /* only figures of this workload; NULL: all */
};

/* True if pairs have figures of this name, or below it. */
bool pairs_has(const char *name);

bool pairs_has_workload(const char *name);

/**
 * pairs_measure() - measure both builds, side by side
 * @o:		what to measure
 * @ret:	receives the figures; the caller frees them with pairs_free()
 *
 * Prints progress and failures on stderr.
 *
 * Return: 0 or a negative errno.
 */
int pairs_measure(const struct pairs_options *o, struct pairs *ret);

/* Test whether a figure got better or worse. */
struct pairs_outcome pairs_judge(const struct pairs_figure *f);

void pairs_free(struct pairs *p);

#endif /* BENCH_PAIRS_H */
