/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/gate/pairs.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/gate/figures.h"
#include "bench/run/duet.h"
#include "bench/run/log_err.h"
#include "bench/run/runfiles.h"
#include "bench/stats/stats.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/* A duet does this part of a workload's usual work: many short pairs beat a few long ones. */
#define WORK_PART 2

/* The row that is measured with both builds of eventstrace. */
#define ROW "auto"

static const char *const workloads[] = { "exec-spam", "tty-flood-1" };

/*
 * The figures, each divided by the number of events. The margins are larger than the changes in 14
 * comparisons of a build with itself. The margin of wake-ups is one in 200 events.
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
static void figures_of(const struct duet_figures *f, double ret[COUNT(kinds)])
{
	ret[0] = f->ns;
	ret[1] = f->cpu_ns;
	ret[2] = f->wakeups;
}

/*
 * The mean of both duets of a pair. For ratios it is the geometric mean: then the factor by which
 * the build that started second is cheaper has no effect.
 */
static double mean_of(enum pairs_kind kind, double a, double b)
{
	return kind == PAIRS_RATIO ? sqrt(a * b) : (a + b) / 2;
}

/* ---- the figures of a comparison --------------------------------------------------------- */

static void name_of(size_t workload, size_t kind, char ret[64])
{
	snprintf(ret, 64, "%s/%s/" ROW, kinds[kind].name, workloads[workload]);
}

/* Return: NULL if the comparison lacks this figure. */
static struct pairs_figure *find(const struct pairs *p, size_t workload, size_t kind)
{
	char name[64];

	name_of(workload, kind, name);
	for (size_t i = 0; i < p->count; i++)
		if (!strcmp(p->v[i].name, name))
			return &p->v[i];
	return NULL;
}

static bool has_workload(const struct pairs *p, size_t workload)
{
	bool has = false;

	for (size_t k = 0; k < COUNT(kinds); k++)
		has |= find(p, workload, k) != NULL;
	return has;
}

bool pairs_has(const char *name)
{
	char full[64];
	bool has = false;

	for (size_t i = 0; i < COUNT(workloads) * COUNT(kinds); i++) {
		name_of(i / COUNT(kinds), i % COUNT(kinds), full);
		has |= figure_is_below(full, name);
	}
	return has;
}

bool pairs_has_workload(const char *name)
{
	bool has = false;

	for (size_t w = 0; w < COUNT(workloads); w++)
		has |= !strcmp(workloads[w], name);
	return has;
}

/* Makes the figures that @o asks for, without measurements. */
static int prepare(const struct pairs_options *o, struct pairs *ret)
{
	struct pairs p = { .v = calloc(COUNT(workloads) * COUNT(kinds), sizeof(*p.v)) };

	if (!p.v)
		return -ENOMEM;
	for (size_t i = 0; i < COUNT(workloads) * COUNT(kinds); i++) {
		struct pairs_figure *f = &p.v[p.count];
		const struct kind *kind = &kinds[i % COUNT(kinds)];

		name_of(i / COUNT(kinds), i % COUNT(kinds), f->name);
		f->kind = kind->kind;
		f->margin = kind->margin;
		p.count += (!o->only || figure_is_below(f->name, o->only)) &&
			   (!o->workload || !strcmp(workloads[i / COUNT(kinds)], o->workload));
	}
	*ret = p;
	return 0;
}

/* ---- measuring --------------------------------------------------------------------------- */

static int measure_duet(const struct runfiles *runfiles, const struct pairs_options *o,
			size_t workload, enum duet_build first,
			struct duet_figures ret[DUET_BUILDS])
{
	const struct bench_workload *w = bench_workload_named(workloads[workload]);
	struct runfiles base = *runfiles;
	struct cell_options build = {
		.runfiles = runfiles,
		.workload = w,
		.row = bench_row_named(ROW),
		.work = w->work / WORK_PART,
	};
	struct duet_options duet = { .builds = { build, build }, .first = first };
	char why[256];
	int r;

	base.tool = o->base;
	duet.builds[DUET_BASE].runfiles = &base;
	duet.builds[DUET_NEW].flags = o->flags.names;
	duet.builds[DUET_NEW].flag_count = o->flags.count;
	r = duet_run(&duet, why, sizeof(why), ret);
	if (r < 0)
		log_err("%s: %s", workloads[workload], why);
	return r;
}

static int measure_pair(const struct runfiles *runfiles, const struct pairs_options *o,
			size_t workload, size_t pair, const struct pairs *p)
{
	struct duet_figures duets[2][DUET_BUILDS];
	int r = 0;

	for (size_t i = 0; i < 2 && r == 0; i++)
		r = measure_duet(runfiles, o, workload, (i + pair) % 2 ? DUET_NEW : DUET_BASE,
				 duets[i]);
	if (r < 0)
		return r;
	for (int b = 0; b < DUET_BUILDS; b++) {
		double one[COUNT(kinds)], two[COUNT(kinds)];

		figures_of(&duets[0][b], one);
		figures_of(&duets[1][b], two);
		for (size_t k = 0; k < COUNT(kinds); k++) {
			struct pairs_figure *f = find(p, workload, k);

			if (!f)
				continue;
			(b == DUET_BASE ? f->base : f->new)[pair] =
				mean_of(f->kind, one[k], two[k]);
			f->count = pair + 1;
		}
	}
	return 0;
}

static int measure_pairs(const struct pairs_options *o, const struct pairs *p)
{
	struct runfiles runfiles;
	int stats_fd, r;

	r = run_begin(&runfiles, &stats_fd);
	if (r < 0)
		return r;
	for (size_t pair = 0; pair < o->count && r == 0; pair++) {
		for (size_t w = 0; w < COUNT(workloads) && r == 0; w++) {
			if (!has_workload(p, w))
				continue;
			progress("pair %zu of %zu: %s", pair + 1, o->count, workloads[w]);
			r = measure_pair(&runfiles, o, w, pair, p);
		}
	}
	progress("%s", "");
	run_end(&runfiles, stats_fd);
	return r;
}

int pairs_measure(const struct pairs_options *o, struct pairs *ret)
{
	struct pairs p;
	int r;

	if (o->count < PAIRS_LEAST || o->count > RANK_PAIRS_MAX)
		return -EINVAL;
	r = prepare(o, &p);
	if (r < 0)
		return r;
	r = measure_pairs(o, &p);
	if (r < 0)
		pairs_free(&p);
	else
		*ret = p;
	return r;
}

/* The test takes a ratio's logarithm, so that twice and half are equally far from no change. */
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
