/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/run/curve.h"

#include <math.h>
#include <string.h>

#include "tools/eventstrace/table.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/* Position of the divisor `always` and of the default in curve_rows. */
enum { ALWAYS = 0, DEFAULT = 4, POLICIES };

const char *const curve_rows[] = {
	[ALWAYS] = "always", "nap-1", "nap-4", "nap-20", [DEFAULT] = "auto",
};
const size_t curve_row_count = COUNT(curve_rows);

_Static_assert(COUNT(curve_rows) == POLICIES, "the default is the last row");

bool curve_has(const struct bench_workload *workload, bool quick)
{
	static const char *const few[] = { "rate-exec-20", "rate-exec-300", "rate-exec-1000",
					   "rate-write-10000", "rate-write-1000000" };

	if (strncmp(workload->name, "rate-", 5) != 0)
		return false;
	for (size_t i = 0; quick && i < COUNT(few); i++)
		if (!strcmp(workload->name, few[i]))
			return true;
	return !quick;
}

/* A rate: its cost for each policy, and the figures of the default. */
struct point {
	const struct result_workload *w;
	double costs[POLICIES]; /* ns for each event; NAN: not measured */
	size_t best;            /* the cheapest fixed policy */
	double to_best, to_always;
	double done, p50, p99; /* events a second, and ns */
};

static const struct series *find(const struct result_workload *w, const char *row)
{
	for (size_t i = 0; i < w->count; i++)
		if (!strcmp(w->series[i].row->name, row))
			return &w->series[i];
	return NULL;
}

static double median(const struct series *series, enum metric metric)
{
	return series ? series_stats(series, metric).median : NAN;
}

/* Return: false if the default or all fixed policies were not measured. */
static bool find_point(const struct result_workload *w, struct point *ret)
{
	const struct series *own = find(w, curve_rows[DEFAULT]);
	struct point p = { .w = w, .best = DEFAULT };

	for (size_t i = 0; i < POLICIES; i++) {
		p.costs[i] = median(find(w, curve_rows[i]), METRIC_cost_ns_per_operation);
		if (i != DEFAULT && isfinite(p.costs[i]) &&
		    (p.best == DEFAULT || p.costs[i] < p.costs[p.best]))
			p.best = i;
	}
	if (p.best == DEFAULT || !isfinite(p.costs[DEFAULT]))
		return false;
	p.to_best = stats_ratio(p.costs[DEFAULT], p.costs[p.best]);
	p.to_always = stats_ratio(p.costs[DEFAULT], p.costs[ALWAYS]);
	p.done = median(own, METRIC_operations_per_s);
	p.p50 = median(own, METRIC_latency_p50_ns);
	p.p99 = median(own, METRIC_latency_p99_ns);
	*ret = p;
	return true;
}

static void cell(struct table *t, const char *unit, double value, int digits)
{
	if (isfinite(value))
		table_cell(t, "%.*f%s", digits, value, unit);
	else
		table_cell(t, "-");
}

static void head(struct table *t)
{
	table_cell(t, "cost, us for each event");
	table_cell(t, "done/s");
	for (size_t i = 0; i < POLICIES; i++)
		table_cell(t, "%s", curve_rows[i]);
	table_cell(t, "best fixed");
	table_cell(t, "/best");
	table_cell(t, "/always");
	table_cell(t, "p50 ms");
	table_cell(t, "p99 ms");
}

static void line(struct table *t, const struct point *p)
{
	table_cell(t, "%s", p->w->workload->name);
	cell(t, "", p->done, p->done < 10 ? 1 : 0);
	for (size_t i = 0; i < POLICIES; i++)
		cell(t, "", p->costs[i] / 1000, p->costs[i] < 10000 ? 2 : 1);
	table_cell(t, "%s", curve_rows[p->best]);
	cell(t, "", p->to_best, 2);
	cell(t, "", p->to_always, 2);
	cell(t, "", p->p50 / 1e6, 2);
	cell(t, "", p->p99 / 1e6, 2);
}

/* Take the place of @worst if this point's ratio is larger. */
static void keep_worst(struct point *worst, const struct point *p)
{
	if (!worst->w || p->to_best > worst->to_best)
		*worst = *p;
}

int curve_print(const struct result *result, FILE *out)
{
	/* All columns are figures, but the first one and the name of the best policy. */
	struct table t = TABLE_INIT(POLICIES + 7, ~(1U | 1U << (POLICIES + 2)));
	struct point worst = { .w = NULL };
	int r = 0;

	head(&t);
	for (size_t i = 0; i < result->count; i++) {
		struct point p;

		if (!curve_has(result->workloads[i].workload, false) ||
		    !find_point(&result->workloads[i], &p))
			continue;
		line(&t, &p);
		keep_worst(&worst, &p);
	}
	if (worst.w) {
		fputc('\n', out);
		r = table_print(&t, out);
		fprintf(out,
			"Of all rates, %s costs most in comparison at %s: %.2f times the best fixed "
			"policy, %s.\n",
			curve_rows[DEFAULT], worst.w->workload->name, worst.to_best,
			curve_rows[worst.best]);
	}
	table_free(&t);
	return r;
}
