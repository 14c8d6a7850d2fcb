/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/pairs.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/cell.h"
#include "bench/log_err.h"
#include "bench/runfiles.h"
#include "bench/stats.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/* A cell does this part of a workload's usual work: many short pairs beat a few long ones. */
#define WORK_PART 4

#define SAMPLE_S 1.0

/* The row whose eventstrace is replaced. */
#define ROW "auto"

static const char *const workloads[] = { "exec-spam", "tty-flood-1" };

/*
 * The figures, each divided by the number of events. The margins are above what 20 runs of one
 * build against itself gave. A wake-up is counted, not timed: one in 200 events is found.
 */
static const struct kind {
	const char *name;
	enum pairs_kind kind;
	double margin;
} kinds[] = {
	{ "ns", PAIRS_RATIO, 0.03 },
	{ "cpu", PAIRS_RATIO, 0.10 },
	{ "wakeups", PAIRS_DIFFERENCE, 0.005 },
};

/* The figures of kinds[], in its order. */
static void figures_of(const struct cell *cell, double ret[COUNT(kinds)])
{
	const double *m = cell->metrics;

	ret[0] = m[METRIC_bpf_ns_per_event];
	ret[1] = stats_ratio(1e9 * (m[METRIC_tracer_user_s] + m[METRIC_tracer_system_s]),
			     m[METRIC_attempted]);
	ret[2] = stats_ratio(m[METRIC_wakeups], m[METRIC_attempted]);
}

/* @flags: NULL: none. */
static int measure_one(const struct runfiles *runfiles, const char *workload, const char *tool,
		       const struct run_choice *flags, double ret[COUNT(kinds)])
{
	const struct bench_workload *w = bench_workload_named(workload);
	struct runfiles here = *runfiles;
	struct cell_options opts = {
		.runfiles = &here,
		.workload = w,
		.row = bench_row_named(ROW),
		.work = w->work / WORK_PART,
		.sample_s = SAMPLE_S,
		.flags = flags ? flags->names : NULL,
		.flag_count = flags ? flags->count : 0,
	};
	struct cell cell;
	char why[256];
	int r;

	here.tool = tool;
	r = cell_run(&opts, why, sizeof(why), &cell);
	if (r < 0) {
		log_err("%s with %s: %s", workload, tool ? tool : "the new build",
			*why ? why : strerror(-r));
		return r;
	}
	figures_of(&cell, ret);
	cell_free(&cell);
	for (size_t k = 0; k < COUNT(kinds); k++) {
		if (isnan(ret[k])) {
			log_err("%s with %s: no events", workload, tool ? tool : "the new build");
			return -ENODATA;
		}
	}
	return 0;
}

/* The builds of a pair. */
struct builds {
	const char *base;
	const struct run_choice *flags; /* of the new build, which is the tree's own */
};

static int measure_pair(const struct runfiles *runfiles, const struct builds *builds,
			size_t workload, size_t pair, struct pairs_figure *figures)
{
	double base[COUNT(kinds)], new[COUNT(kinds)];
	int r = 0;

	for (size_t turn = 0; turn < 2 && r == 0; turn++) {
		bool is_new = (turn + pair) % 2;

		r = measure_one(runfiles, workloads[workload], is_new ? NULL : builds->base,
				is_new ? builds->flags : NULL, is_new ? new : base);
	}
	for (size_t k = 0; k < COUNT(kinds) && r == 0; k++) {
		figures[k].base[pair] = base[k];
		figures[k].new[pair] = new[k];
		figures[k].count = pair + 1;
	}
	return r;
}

static int measure_pairs(const struct builds *builds, size_t count, struct pairs *p)
{
	struct runfiles runfiles;
	int stats_fd, r;

	r = run_begin(&runfiles, &stats_fd);
	if (r < 0)
		return r;
	for (size_t pair = 0; pair < count && r == 0; pair++) {
		for (size_t w = 0; w < COUNT(workloads) && r == 0; w++) {
			progress("pair %zu of %zu: %s", pair + 1, count, workloads[w]);
			r = measure_pair(&runfiles, builds, w, pair, &p->v[w * COUNT(kinds)]);
		}
	}
	progress("%s", "");
	run_end(&runfiles, stats_fd);
	return r;
}

int pairs_measure(const char *base, const struct run_choice *flags, size_t count, struct pairs *ret)
{
	struct builds builds = { base, flags };
	struct pairs p = { .count = COUNT(workloads) * COUNT(kinds) };
	int r;

	if (count < PAIRS_LEAST || count > RANK_PAIRS_MAX)
		return -EINVAL;
	p.v = calloc(p.count, sizeof(*p.v));
	if (!p.v)
		return -ENOMEM;
	for (size_t i = 0; i < p.count; i++) {
		const struct kind *kind = &kinds[i % COUNT(kinds)];
		struct pairs_figure *f = &p.v[i];

		snprintf(f->name, sizeof(f->name), "%s/%s/" ROW, kind->name,
			 workloads[i / COUNT(kinds)]);
		f->kind = kind->kind;
		f->margin = kind->margin;
	}
	r = measure_pairs(&builds, count, &p);
	if (r < 0)
		pairs_free(&p);
	else
		*ret = p;
	return r;
}

/* A ratio is tested by its logarithm, so that twice and half are equally far from 1. */
struct pairs_outcome pairs_judge(const struct pairs_figure *f)
{
	bool is_ratio = f->kind == PAIRS_RATIO;
	double differences[RANK_PAIRS_MAX];
	struct pairs_outcome o = { .verdict = PAIRS_SAME };
	struct rank_test t;

	for (size_t i = 0; i < f->count; i++)
		differences[i] = is_ratio ? log(f->new[i] / f->base[i]) : f->new[i] - f->base[i];
	t = rank_test(differences, f->count, PAIRS_LEVEL);
	o.p = t.estimate < 0 ? t.p_below : t.p_above;
	o.base = stats_of(f->base, f->count).median;
	o.new = stats_of(f->new, f->count).median;
	o.change = is_ratio ? exp(t.estimate) : t.estimate;
	o.low = is_ratio ? exp(t.low) : t.low;
	o.high = is_ratio ? exp(t.high) : t.high;
	if (o.p <= PAIRS_P && fabs(t.estimate) > (is_ratio ? log(1 + f->margin) : f->margin))
		o.verdict = t.estimate > 0 ? PAIRS_WORSE : PAIRS_BETTER;
	return o;
}

void pairs_free(struct pairs *p)
{
	free(p->v);
	*p = (struct pairs){ 0 };
}
