/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/report/verdict.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The rows that the claims compare. */
#define AUTO    "auto"
#define SEED    "seed-159"
#define FIXED   "fixed"
#define CONTROL "control"
#define FLOOR   "floor"

/* Differences of up to 2 % do not count, because ratios of times vary that much. */
#define ABOUT 0.02

static const char *const packed[] = { "varlen", "direct", AUTO };

#define FOR_EACH_WORKLOAD(result, w)                                               \
	for (size_t i_ = 0; i_ < yyjson_arr_size((result)->workloads) &&           \
			    ((w) = yyjson_arr_get((result)->workloads, i_), true); \
	     i_++)

/* The lowest and the highest value, and the workloads that have them. */
struct range {
	int count;
	double low, high;
	const char *low_at, *high_at;
};

static void range_add(struct range *range, double v, const char *at)
{
	if (!range->count || v < range->low) {
		range->low = v;
		range->low_at = at;
	}
	if (!range->count || v > range->high) {
		range->high = v;
		range->high_at = at;
	}
	range->count++;
}

/* The range of the ratios of row @name to row @to, over all workloads with both rows. */
static struct range ratios(const struct result *result, const char *name, const char *to,
			   const char *metric)
{
	struct range range = { 0 };
	yyjson_val *w;

	FOR_EACH_WORKLOAD(result, w)
	{
		struct figure fig = result_ratio(result_row(w, name), to, metric);

		if (fig.known)
			range_add(&range, fig.median, result_str(w, "name"));
	}
	return range;
}

/* Return: a workload in which row @name is worse than row @to in every round, or NULL. */
static const char *worse_at(const struct result *result, const char *name, const char *to,
			    const char *metric, bool more_is_better)
{
	yyjson_val *w;

	FOR_EACH_WORKLOAD(result, w)
	{
		struct figure fig = result_ratio(result_row(w, name), to, metric);

		if (fig.known && (more_is_better ? fig.max < 1 - ABOUT : fig.min > 1 + ABOUT))
			return result_str(w, "name");
	}
	return NULL;
}

/* Append to a verdict's sentence. */
static __attribute__((format(printf, 2, 3))) void append(struct verdict *v, const char *fmt, ...)
{
	size_t used = strlen(v->sentence);
	va_list args;

	va_start(args, fmt);
	vsnprintf(v->sentence + used, sizeof(v->sentence) - used, fmt, args);
	va_end(args);
}

static void losses(const struct result *result, struct verdict *v)
{
	struct range fixed = { 0 };
	double events = 0, lost = 0;
	int workloads = 0;
	char n[FIGURE_TEXT], m[FIGURE_TEXT];
	yyjson_val *w;

	v->claim = "Nothing is lost";
	FOR_EACH_WORKLOAD(result, w)
	{
		struct figure was = result_figure(result_row(w, FIXED), "lost_percent");
		int known = 0;

		for (size_t i = 0; i < sizeof(packed) / sizeof(packed[0]); i++) {
			yyjson_val *cells = yyjson_obj_get(result_row(w, packed[i]), "cells"),
				   *cell;
			size_t j, max;

			yyjson_arr_foreach(cells, j, max, cell)
			{
				events += yyjson_get_num(yyjson_obj_get(cell, "attempted"));
				lost += yyjson_get_num(yyjson_obj_get(cell, "lost"));
				known = 1;
			}
		}
		workloads += known;
		if (was.known)
			range_add(&fixed, was.median, result_str(w, "name"));
	}
	if (!workloads || !(events > 0))
		return;
	v->state = lost > 0 ? VERDICT_FAILS : VERDICT_HOLDS;
	snprintf(v->figure, sizeof(v->figure), "%s lost", figure_text(m, UNIT_COUNT, lost));
	append(v, "varlen, direct and auto lost %s of %s events in %d workload%s",
	       lost > 0 ? m : "none", figure_text(n, UNIT_COUNT, events), workloads,
	       workloads == 1 ? "" : "s");
	if (fixed.count && fixed.high > 0)
		append(v, "; fixed slots, in rings of the same size, lost up to %s (%s)",
		       figure_text(m, UNIT_PERCENT, fixed.high), fixed.high_at);
	append(v, ".");
}

static void sizes(const struct result *result, struct verdict *v)
{
	struct range smaller = { 0 };
	char n[FIGURE_TEXT], m[FIGURE_TEXT];
	yyjson_val *w;

	v->claim = "Records are small";
	FOR_EACH_WORKLOAD(result, w)
	{
		struct figure is = result_figure(result_row(w, AUTO), "bytes_per_event");
		struct figure was = result_figure(result_row(w, FIXED), "bytes_per_event");

		if (is.known && was.known && is.median > 0)
			range_add(&smaller, was.median / is.median, result_str(w, "name"));
	}
	if (!smaller.count)
		return;
	v->state = smaller.low >= 1 ? VERDICT_HOLDS : VERDICT_FAILS;
	snprintf(v->figure, sizeof(v->figure), "%s smaller",
		 figure_text(n, UNIT_FACTOR, smaller.high));
	w = result_find(result->workloads, "name", smaller.high_at);
	append(v,
	       "An event of %s takes %s with auto and %s with fixed slots. The smallest factor "
	       "(%s) is %.1f.",
	       smaller.high_at,
	       figure_text(n, UNIT_BYTES,
			   result_figure(result_row(w, AUTO), "bytes_per_event").median),
	       figure_text(m, UNIT_BYTES,
			   result_figure(result_row(w, FIXED), "bytes_per_event").median),
	       smaller.low_at, smaller.low);
}

static void kernel_time(const struct result *result, struct verdict *v)
{
	struct range r = ratios(result, AUTO, SEED, "bpf_ns_per_event");
	const char *worse = worse_at(result, AUTO, SEED, "bpf_ns_per_event", false);
	char n[FIGURE_TEXT], m[FIGURE_TEXT];
	yyjson_val *w;

	v->claim = "It costs the kernel less than EventsTrace’s design";
	if (!r.count || !(r.low > 0))
		return;
	v->state = worse ? VERDICT_FAILS : VERDICT_HOLDS;
	w = result_find(result->workloads, "name", r.low_at);
	snprintf(v->figure, sizeof(v->figure), "%.0f–%.0f\u00a0%% of its time", r.low * 100,
		 r.high * 100);
	append(v,
	       "BPF time per event of auto is %.0f %% of seed-159’s at best (%s: %s against %s) and "
	       "%.0f %% at worst (%s).",
	       r.low * 100, r.low_at,
	       figure_text(n, UNIT_NS,
			   result_figure(result_row(w, AUTO), "bpf_ns_per_event").median),
	       figure_text(m, UNIT_NS,
			   result_figure(result_row(w, SEED), "bpf_ns_per_event").median),
	       r.high * 100, r.high_at);
	if (worse)
		append(v, " In %s it is more in every round.", worse);
}

static void slowdown(const struct result *result, struct verdict *v)
{
	struct range r = ratios(result, AUTO, CONTROL, "operations_per_s");
	struct range seed = ratios(result, SEED, CONTROL, "operations_per_s");
	const char *worse = worse_at(result, AUTO, SEED, "operations_per_s", true);
	char busy[RESULT_TEXT];

	v->claim = "It slows workloads down less";
	if (!r.count)
		return;
	v->state = worse ? VERDICT_FAILS : VERDICT_HOLDS;
	snprintf(v->figure, sizeof(v->figure), "%.0f–%.0f\u00a0%% speed", r.low * 100,
		 r.high * 100);
	append(v,
	       "Under auto, work runs at %.1f %% (%s) to %.1f %% (%s) of its speed without a tracer",
	       r.low * 100, r.low_at, r.high * 100, r.high_at);
	if (seed.count)
		append(v, "; under EventsTrace’s design, at %.1f %% (%s) at worst", seed.low * 100,
		       seed.low_at);
	append(v, ".");
	if (worse)
		append(v, " In %s it is slower than that in every round.", worse);
	if (result_trust(result, "operations_per_s") == TRUST_NONE) {
		v->state = VERDICT_UNRELIABLE;
		append(v, " The machine was busy (%s), so these speeds show nothing.",
		       result_busy_text(busy, result));
	}
}

static void wakeups(const struct result *result, struct verdict *v)
{
	double most = 0, is = 0, was = 0;
	const char *at = NULL;
	char n[FIGURE_TEXT], m[FIGURE_TEXT];
	bool worse = false;
	yyjson_val *w;

	v->claim = "The reader is woken less often";
	FOR_EACH_WORKLOAD(result, w)
	{
		struct figure a = result_figure(result_row(w, AUTO), "wakeups");
		struct figure b = result_figure(result_row(w, SEED), "wakeups");

		if (!a.known || !b.known)
			continue;
		worse = worse || a.median > b.median * (1 + ABOUT);
		if (!at || b.median - a.median > most) {
			most = b.median - a.median;
			is = a.median;
			was = b.median;
			at = result_str(w, "name");
		}
	}
	if (!at)
		return;
	v->state = worse ? VERDICT_FAILS : VERDICT_HOLDS;
	snprintf(v->figure, sizeof(v->figure), "%s for %s", figure_text(n, UNIT_COUNT, is),
		 figure_text(m, UNIT_COUNT, was));
	append(v, "In %s, auto woke its reader %s times, and EventsTrace’s design %s times.", at, n,
	       m);
}

static void memory(const struct result *result, struct verdict *v)
{
	struct range is = { 0 }, was = { 0 };
	char n[FIGURE_TEXT], m[FIGURE_TEXT];
	yyjson_val *w;

	v->claim = "It takes no more memory";
	FOR_EACH_WORKLOAD(result, w)
	{
		struct figure a = result_figure(result_row(w, AUTO), "locked_bytes");
		struct figure b = result_figure(result_row(w, SEED), "locked_bytes");

		if (a.known && b.known) {
			range_add(&is, a.median, result_str(w, "name"));
			range_add(&was, b.median, result_str(w, "name"));
		}
	}
	if (!is.count)
		return;
	v->state = is.high <= was.high ? VERDICT_HOLDS : VERDICT_FAILS;
	figure_text(n, UNIT_BYTES, is.high);
	figure_text(m, UNIT_BYTES, was.high);
	snprintf(v->figure, sizeof(v->figure), "%s locked", n);
	append(v, "auto locks at most %s of kernel memory (%s), EventsTrace’s design %s.", n,
	       is.high_at, m);
}

void verdict_all(const struct result *result, struct verdict ret[VERDICTS])
{
	static void (*const judge[VERDICTS])(const struct result *, struct verdict *) = {
		losses, sizes, kernel_time, slowdown, wakeups, memory,
	};

	for (size_t i = 0; i < VERDICTS; i++) {
		ret[i] = (struct verdict){ .state = VERDICT_UNKNOWN };
		judge[i](result, &ret[i]);
		if (ret[i].state == VERDICT_UNKNOWN)
			append(&ret[i], "This run lacks the rows for this claim.");
	}
}
