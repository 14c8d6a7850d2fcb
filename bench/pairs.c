/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/pairs.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/cell.h"
#include "bench/figures.h"
#include "bench/log_err.h"
#include "bench/runfiles.h"
#include "bench/stats.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/* A cell does this part of a workload's usual work: many short pairs beat a few long ones. */
#define WORK_PART 2

/*
 * The work of a cell is measured in so many parts. The part that took least is the one that other
 * processes disturbed least: on a busy machine they add to the time of most.
 */
#define PARTS 8

#define SAMPLE_S 1.0

/* The row that is measured with both builds of eventstrace. */
#define ROW "auto"

static const char *const workloads[] = { "exec-spam", "tty-flood-1" };

/*
 * The figures, each divided by the number of events. The margins are larger than the changes in 20
 * comparisons of a build with itself. Wake-ups are counted and not timed, so their margin can be
 * small: one wake-up in 200 events.
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

/* An operation of these workloads causes each of their events once. */
static unsigned int events_of(const struct bench_workload *w)
{
	unsigned int n = 1;

	for (const char *c = w->events; *c; c++)
		n += *c == ',';
	return n;
}

/* The figures of kinds[], in its order. */
static void figures_of(const struct cell *cell, const struct bench_workload *w,
		       double ret[COUNT(kinds)])
{
	const double *m = cell->metrics;

	ret[0] = cell->least_ns / events_of(w);
	ret[1] = stats_ratio(1e9 * (m[METRIC_tracer_user_s] + m[METRIC_tracer_system_s]),
			     m[METRIC_attempted]);
	ret[2] = stats_ratio(m[METRIC_wakeups], m[METRIC_attempted]);
}

/* Measure one build. @flags: additional flags; NULL: none. */
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
		.parts = PARTS,
		.one_cpu = true,
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
	figures_of(&cell, w, ret);
	cell_free(&cell);
	for (size_t k = 0; k < COUNT(kinds); k++) {
		if (isnan(ret[k])) {
			log_err("%s with %s: no events", workload, tool ? tool : "the new build");
			return -ENODATA;
		}
	}
	return 0;
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

static int measure_pair(const struct runfiles *runfiles, const struct pairs_options *o,
			size_t workload, size_t pair, const struct pairs *p)
{
	double base[COUNT(kinds)], new[COUNT(kinds)];
	int r = 0;

	for (size_t turn = 0; turn < 2 && r == 0; turn++) {
		bool is_new = (turn + pair) % 2;

		r = measure_one(runfiles, workloads[workload], is_new ? NULL : o->base,
				is_new ? &o->flags : NULL, is_new ? new : base);
	}
	for (size_t k = 0; k < COUNT(kinds) && r == 0; k++) {
		struct pairs_figure *f = find(p, workload, k);

		if (!f)
			continue;
		f->base[pair] = base[k];
		f->new[pair] = new[k];
		f->count = pair + 1;
	}
	return r;
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
