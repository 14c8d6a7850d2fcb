/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/gate/timed.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "bench/stats/stats.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

#define ROUNDS_QUICK 3

/* In each part, every row is measured in every workload. */
static const struct part {
	const char *workloads[4], *rows[6]; /* the lists end with the first NULL */
	unsigned int rounds;
} parts[] = {
	{ { "exec-spam", "tty-flood-1", "tty-flood-10000" },
	  { "control", "floor", "varlen", "auto", "filtered" },
	  5 },
	{ { "rate-exec-20", "rate-exec-300", "rate-exec-1000" }, { "auto", "always" }, 2 },
};

#define RATES "rate"

/*
 * The timed figures: a row's metric divided by the same metric of another row. For the time of BPF
 * programs, the divisor is never a row that wakes its reader for every event. The time of a wake-up
 * depends on whether the reader sleeps at that moment. It can double within minutes on an idle
 * machine.
 */
static const struct wanted {
	const char *kind;
	enum metric metric;
	const char *row, *to; /* NULL: divide by the number of events */
	/*
	 * NULL: a figure for each workload of the first part. RATES: one figure, the largest of all
	 * workloads named rate-...
	 */
	const char *workload;
} all_wanted[] = {
	{ "ns", METRIC_bpf_ns_per_event, "auto", "floor", NULL },
	{ "ns", METRIC_bpf_ns_per_event, "varlen", "floor", NULL },
	{ "rate", METRIC_operations_per_s, "auto", "control", "exec-spam" },
	{ "rate", METRIC_operations_per_s, "auto", "control", "tty-flood-1" },
	{ "dropped", METRIC_bpf_ns_per_operation, "filtered", "floor", "tty-flood-1" },
	{ "wakeups", METRIC_wakeups, "auto", NULL, "tty-flood-1" },
	{ "wakeups", METRIC_wakeups, "varlen", NULL, "tty-flood-1" },
	{ "wakeups", METRIC_wakeups, "auto", NULL, "rate-exec-300" },
	{ "wakeups", METRIC_wakeups, "auto", NULL, "rate-exec-1000" },
	{ "cost", METRIC_cost_ns_per_operation, "auto", "always", "rate-exec-300" },
	{ "cost", METRIC_cost_ns_per_operation, "auto", "always", "rate-exec-1000" },
	{ "worst", METRIC_cost_ns_per_operation, "auto", "always", RATES },
};

static const struct series *find(const struct result_workload *w, const char *row)
{
	for (size_t i = 0; i < w->count; i++) {
		if (!strcmp(w->series[i].row->name, row))
			return &w->series[i];
	}
	return NULL;
}

/* The lowest number of wake-ups per event of all rounds. */
static double wakeups(const struct series *series)
{
	double best = NAN;

	for (size_t i = 0; i < series->count; i++) {
		const double *m = series->cells[i].metrics;
		double v = stats_ratio(m[METRIC_wakeups], m[METRIC_attempted]);

		if (isnan(best) || v < best)
			best = v;
	}
	return best;
}

static double best(const struct series *series, const struct wanted *wanted)
{
	struct stats s = series_stats(series, wanted->metric);

	return wanted->metric == METRIC_operations_per_s ? s.max : s.min;
}

/* True if the figure is the largest of several workloads. */
static bool is_largest(const struct wanted *wanted)
{
	return wanted->workload && !strcmp(wanted->workload, RATES);
}

/* Add a figure, or keep the larger one if it was added for another workload; NaN is the largest. */
static int add_largest(struct figures *f, double value, const char *name)
{
	for (size_t i = 0; i < f->count; i++)
		if (!strcmp(f->v[i].name, name)) {
			if (!(value <= f->v[i].value) && !isnan(f->v[i].value))
				f->v[i].value = value;
			return 0;
		}
	return figures_add(f, FIGURES_TIMED, value, "%s", name);
}

/* The figure's name, such as "cost/rate-exec-300/auto/always". */
static void name_of(const struct wanted *wanted, const char *workload, char *ret, size_t size)
{
	snprintf(ret, size, "%s/%s/%s%s%s", wanted->kind, is_largest(wanted) ? RATES : workload,
		 wanted->row, wanted->to ? "/" : "", wanted->to ? wanted->to : "");
}

static int add(const struct result_workload *w, const struct wanted *wanted, struct figures *f)
{
	const struct series *a = find(w, wanted->row), *b;
	char name[128];
	double value;

	if (!a || !a->count)
		return -ENOENT;
	name_of(wanted, w->workload->name, name, sizeof(name));
	if (!wanted->to)
		return figures_add(f, FIGURES_TIMED, wakeups(a), "%s", name);
	b = find(w, wanted->to);
	if (!b || !b->count)
		return -ENOENT;
	value = stats_ratio(best(a, wanted), best(b, wanted));
	return is_largest(wanted) ? add_largest(f, value, name)
				  : figures_add(f, FIGURES_TIMED, value, "%s", name);
}

/* True if the figure belongs to this workload of this part, and is one that @o asks for. */
static bool wants(const struct wanted *wanted, const char *workload, const struct part *part,
		  const struct timed_options *o)
{
	char name[128];
	bool is_its_own;

	if (!wanted->workload)
		is_its_own = part == parts;
	else if (is_largest(wanted))
		is_its_own = !strncmp(workload, RATES "-", strlen(RATES "-"));
	else
		is_its_own = !strcmp(wanted->workload, workload);
	if (!is_its_own)
		return false;
	name_of(wanted, workload, name, sizeof(name));
	if (o->portable && !figure_is_portable(name))
		return false;
	if (o->among && !figures_find(o->among, FIGURES_TIMED, name))
		return false;
	return !o->only || figure_is_below(name, o->only);
}

/* What is measured: what the figures that @o asks for need. */
struct need {
	const char *workloads[COUNT(parts->workloads)], *rows[COUNT(parts->rows)];
	size_t workload_count, row_count;
};

static void add_need(const char **names, size_t *count, const char *name)
{
	for (size_t i = 0; i < *count; i++)
		if (!strcmp(names[i], name))
			return;
	names[(*count)++] = name;
}

static struct need need_of(const struct part *part, const struct timed_options *o)
{
	struct need need = { .workload_count = 0 };

	for (size_t w = 0; w < COUNT(part->workloads) && part->workloads[w]; w++) {
		const char *workload = o->workload ? o->workload : part->workloads[w];

		for (size_t i = 0; i < COUNT(all_wanted); i++) {
			const struct wanted *wanted = &all_wanted[i];

			if (!wants(wanted, workload, part, o))
				continue;
			add_need(need.workloads, &need.workload_count, workload);
			add_need(need.rows, &need.row_count, wanted->row);
			if (wanted->to)
				add_need(need.rows, &need.row_count, wanted->to);
		}
	}
	return need;
}

bool timed_has(const char *name)
{
	const struct timed_options o = { .only = name };
	bool has = false;

	for (size_t i = 0; i < COUNT(parts); i++)
		has |= need_of(&parts[i], &o).workload_count > 0;
	return has;
}

static int measure_part(const struct part *part, const struct timed_options *o, struct figures *f)
{
	struct need need = need_of(part, o);
	struct run_options opts = {
		.config = { .rounds = o->quick && part->rounds > ROUNDS_QUICK ? ROUNDS_QUICK
									      : part->rounds,
			    .quick = o->quick },
		.workloads = { need.workloads, need.workload_count },
		.rows = { need.rows, need.row_count },
		.flags = o->flags,
		.no_environment = true,
	};
	struct result result;
	int r;

	/* run_all() without names would measure all workloads. */
	if (!need.workload_count)
		return 0;
	r = run_all(&opts, &result);
	if (r < 0)
		return r;
	for (size_t w = 0; w < result.count; w++) {
		const char *name = result.workloads[w].workload->name;

		for (size_t i = 0; i < COUNT(all_wanted) && r == 0; i++)
			if (wants(&all_wanted[i], name, part, o))
				r = add(&result.workloads[w], &all_wanted[i], f);
	}
	result_done(&result);
	return r;
}

/* True if the part has this workload. If @workload is NULL, the result is always true. */
static bool has(const struct part *part, const char *workload)
{
	for (size_t i = 0; workload && i < COUNT(part->workloads); i++)
		if (part->workloads[i] && !strcmp(part->workloads[i], workload))
			return true;
	return !workload;
}

int timed_measure(const struct timed_options *o, struct figures *ret)
{
	struct figures f = { .only = o->only };
	int r = 0;

	figures_of_here(&f);
	for (size_t i = 0; i < COUNT(parts) && r == 0; i++)
		/* The first part has the workloads that have no figures of their own. */
		if (has(&parts[i], o->workload) || (i == 0 && !has(&parts[1], o->workload)))
			r = measure_part(&parts[i], o, &f);
	if (r < 0) {
		figures_free(&f);
		return r;
	}
	*ret = f;
	return 0;
}
