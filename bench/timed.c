/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/timed.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "bench/stats.h"

#define ROUNDS 5

static const char *const workloads[] = { "exec-spam", "tty-flood-1", "tty-flood-10000" };
static const char *const rows[] = { "control", "floor", "varlen", "auto", "filtered" };

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/*
 * The timed figures: a row's metric divided by that of another row. The divisor is never a row that
 * wakes its reader for every event. The time of a wake-up depends on whether the reader sleeps at
 * that moment, and can double within minutes on an idle machine.
 */
static const struct wanted {
	const char *kind;
	enum metric metric;
	const char *row, *to; /* NULL: divide by the number of events */
	const char *workload; /* NULL: all */
} all_wanted[] = {
	{ "ns", METRIC_bpf_ns_per_event, "auto", "floor", NULL },
	{ "ns", METRIC_bpf_ns_per_event, "varlen", "floor", NULL },
	{ "rate", METRIC_operations_per_s, "auto", "control", "exec-spam" },
	{ "rate", METRIC_operations_per_s, "auto", "control", "tty-flood-1" },
	{ "dropped", METRIC_bpf_ns_per_operation, "filtered", "floor", "tty-flood-1" },
	{ "wakeups", METRIC_wakeups, "auto", NULL, "tty-flood-1" },
	{ "wakeups", METRIC_wakeups, "varlen", NULL, "tty-flood-1" },
};

static const struct series *find(const struct result_workload *w, const char *row)
{
	for (size_t i = 0; i < w->count; i++) {
		if (!strcmp(w->series[i].row->name, row))
			return &w->series[i];
	}
	return NULL;
}

/* The lowest number of wake-ups per event. */
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

static int add(const struct result_workload *w, const struct wanted *wanted, struct figures *f)
{
	const struct series *a = find(w, wanted->row), *b;
	const char *name = w->workload->name;

	if (wanted->workload && strcmp(wanted->workload, name) != 0)
		return 0;
	if (!a || !a->count)
		return -ENOENT;
	if (!wanted->to)
		return figures_add(f, FIGURES_TIMED, wakeups(a), "%s/%s/%s", wanted->kind, name,
				   wanted->row);
	b = find(w, wanted->to);
	if (!b || !b->count)
		return -ENOENT;
	return figures_add(f, FIGURES_TIMED, stats_ratio(best(a, wanted), best(b, wanted)),
			   "%s/%s/%s/%s", wanted->kind, name, wanted->row, wanted->to);
}

int timed_measure(const struct run_choice *flags, bool quick, const char *workload,
		  struct figures *ret)
{
	struct run_options opts = {
		.config = { .rounds = ROUNDS, .quick = quick },
		.workloads = { workloads, COUNT(workloads) },
		.rows = { rows, COUNT(rows) },
		.flags = *flags,
	};
	struct figures f = { 0 };
	struct result result;
	int r;

	figures_of_here(&f);
	if (workload)
		opts.workloads = (struct run_choice){ &workload, 1 };
	r = run_all(&opts, &result);
	if (r < 0)
		return r;
	for (size_t w = 0; w < result.count; w++) {
		for (size_t i = 0; i < COUNT(all_wanted) && r == 0; i++)
			r = add(&result.workloads[w], &all_wanted[i], &f);
	}
	result_done(&result);
	if (r < 0) {
		figures_free(&f);
		return r;
	}
	*ret = f;
	return 0;
}
