/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/report/answer.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Names of rows. Neighbours in this list differ in one property. */
#define FIXED          "fixed"          /* slots of fixed size; each record wakes the reader */
#define FIXED_ADAPTIVE "fixed-adaptive" /* the same, but wake-ups only if the reader sleeps */
#define PACKED         "seed-159"       /* packed records; each record wakes the reader */
#define VARLEN         "varlen"         /* packed records; wake-ups only if the reader sleeps */
#define DIRECT         "direct"         /* the same as VARLEN, but without scratch memory */
#define AUTO           "auto"

static struct figure figure_of(yyjson_val *workload, const char *row, const char *metric)
{
	return result_figure(result_row(workload, row), metric);
}

/* Append to a text in a buffer of @size bytes. */
static __attribute__((format(printf, 3, 4))) void append(char *buf, size_t size, const char *fmt,
							 ...)
{
	size_t used = strlen(buf);
	va_list args;

	va_start(args, fmt);
	vsnprintf(buf + used, size - used, fmt, args);
	va_end(args);
}

/* A range of factors in percent: "15 to 90 %", or "20 %". */
static char *percent_range(char buf[FIGURE_TEXT], double low, double high)
{
	if (rint(100 * low) == rint(100 * high))
		snprintf(buf, FIGURE_TEXT, "%.0f %%", 100 * low);
	else
		snprintf(buf, FIGURE_TEXT, "%.0f to %.0f %%", 100 * low, 100 * high);
	return buf;
}

/* Say that the rounds have no spread, or that the machine was busy. */
static void append_trust(const struct result *result, struct answer_part *p)
{
	char text[RESULT_TEXT];

	if (*result_spread_text(text, result))
		append(p->sure, sizeof(p->sure), "%s%s.", *p->sure ? " Times: " : "", text);
	if (result_trust(result, "bpf_ns_per_event") != TRUST_FULL)
		append(p->sure, sizeof(p->sure), " Less certain: %s.",
		       result_busy_text(text, result));
}

/* Add what packing alone gains with fewer wake-ups, if the run has a row for that. */
static void append_adaptive_losses(yyjson_val *workload, struct answer_part *p)
{
	struct figure fixed = figure_of(workload, FIXED_ADAPTIVE, "lost_percent");
	struct figure packed = figure_of(workload, VARLEN, "lost_percent");
	char a[FIGURE_TEXT], b[FIGURE_TEXT];

	if (fixed.known && packed.known)
		append(p->pair, sizeof(p->pair),
		       " With few wake-ups, packed records lose %s and fixed slots %s (varlen, "
		       "fixed-adaptive).",
		       figure_text(a, UNIT_PERCENT, packed.median),
		       figure_text(b, UNIT_PERCENT, fixed.median));
}

/* Answer what ends losses, with the workload in which fixed slots lose most. */
static void losses(const struct result *result, struct answer_part *p)
{
	char fewest[FIGURE_TEXT], most[FIGURE_TEXT], bytes[FIGURE_TEXT], packed_bytes[FIGURE_TEXT];
	struct figure worst = { 0 }, same = { 0 };
	yyjson_val *w, *worst_at = NULL;
	size_t i, max;

	p->question = "What ends losses?";
	p->choice = "Packed records: --wire-format=varlen or direct";
	p->not_when = "A record that is as large as its slots gains nothing: a write of more than "
		      "the cap takes the same room in both formats. A reader that is stopped for "
		      "long loses events in any format.";
	yyjson_arr_foreach(result->workloads, i, max, w)
	{
		struct figure fixed = figure_of(w, FIXED, "lost_percent");
		struct figure packed = figure_of(w, PACKED, "lost_percent");

		if (!fixed.known || !packed.known)
			continue;
		if (!worst_at || fixed.median > worst.median) {
			worst = fixed;
			same = packed;
			worst_at = w;
		}
	}
	if (!worst_at)
		return;
	p->known = true;
	if (worst.median > 0)
		snprintf(p->figure, sizeof(p->figure), "%s lost, with fixed slots %s",
			 figure_text(fewest, UNIT_PERCENT, same.median),
			 figure_text(most, UNIT_PERCENT, worst.median));
	else
		snprintf(p->figure, sizeof(p->figure), "fixed slots lost nothing in this run");
	snprintf(p->pair, sizeof(p->pair),
		 "Both wake the reader for each event, in rings of the same size: only packing "
		 "differs (" PACKED ", " FIXED ").");
	append_adaptive_losses(worst_at, p);
	snprintf(p->sentence, sizeof(p->sentence),
		 "In %s, where fixed slots lose most, an event takes %s packed, and %s in slots.",
		 result_str(worst_at, "name"),
		 figure_text(packed_bytes, UNIT_BYTES,
			     figure_of(worst_at, PACKED, "bytes_per_event").median),
		 figure_text(bytes, UNIT_BYTES,
			     figure_of(worst_at, FIXED, "bytes_per_event").median));
	figure_text(fewest, UNIT_PERCENT, worst.min);
	figure_text(most, UNIT_PERCENT, worst.max);
	figure_text(bytes, UNIT_PERCENT, same.min);
	figure_text(packed_bytes, UNIT_PERCENT, same.max);
	if (result_has_spread(result))
		snprintf(p->sure, sizeof(p->sure),
			 "Over the rounds: fixed slots %s to %s, packed %s to %s.", fewest, most,
			 bytes, packed_bytes);
	append_trust(result, p);
}

/* Add what packing alone does to the time. */
static void append_packing_time(const struct result *result, struct answer_part *p)
{
	double least = INFINITY, most = 0;
	char text[FIGURE_TEXT];
	yyjson_val *w;
	size_t i, max;

	yyjson_arr_foreach(result->workloads, i, max, w)
	{
		struct figure fixed = figure_of(w, FIXED, "bpf_ns_per_event");
		struct figure packed = figure_of(w, PACKED, "bpf_ns_per_event");

		if (!fixed.known || !packed.known || !(fixed.median > 0))
			continue;
		least = fmin(least, packed.median / fixed.median);
		most = fmax(most, packed.median / fixed.median);
	}
	if (most > 0)
		append(p->pair, sizeof(p->pair),
		       " Packing alone takes %s of the BPF time of fixed slots (" PACKED ", " FIXED
		       ").",
		       percent_range(text, least, most));
}

/*
 * Answer what saves time: fewer wake-ups. The figures are of the workloads that gain most and
 * least.
 */
static void time_saved(const struct result *result, struct answer_part *p)
{
	struct figure best = { 0 }, worst = { 0 };
	yyjson_val *w, *best_at = NULL, *worst_at = NULL;
	char is[FIGURE_TEXT], was[FIGURE_TEXT], range[FIGURE_TEXT];
	size_t i, max;

	p->question = "What saves time?";
	p->choice = "Fewer wake-ups: --wakeup=adaptive, the default";
	p->not_when =
		"Where events are rare, the reader sleeps before each of them, and each wakes "
		"it.";
	yyjson_arr_foreach(result->workloads, i, max, w)
	{
		struct figure ratio =
			result_ratio(result_row(w, VARLEN), PACKED, "bpf_ns_per_event");

		if (!ratio.known)
			continue;
		if (!best_at || ratio.median < best.median) {
			best = ratio;
			best_at = w;
		}
		if (!worst_at || ratio.median > worst.median) {
			worst = ratio;
			worst_at = w;
		}
	}
	if (!best_at)
		return;
	p->known = true;
	snprintf(p->figure, sizeof(p->figure), "%s of the BPF time",
		 percent_range(range, best.median, worst.median));
	snprintf(p->pair, sizeof(p->pair),
		 "The same packed records, with a wake-up only when the reader sleeps, and not for "
		 "each event: only wake-ups differ (" VARLEN ", " PACKED ").");
	append_packing_time(result, p);
	snprintf(p->sentence, sizeof(p->sentence), "An event takes %s in place of %s in %s",
		 figure_text(is, UNIT_NS, figure_of(best_at, VARLEN, "bpf_ns_per_event").median),
		 figure_text(was, UNIT_NS, figure_of(best_at, PACKED, "bpf_ns_per_event").median),
		 result_str(best_at, "name"));
	if (best_at != worst_at)
		append(p->sentence, sizeof(p->sentence),
		       ", where it saves most. It saves least in %s", result_str(worst_at, "name"));
	append(p->sentence, sizeof(p->sentence), ".");
	if (result_has_spread(result)) {
		append(p->sure, sizeof(p->sure), "Over the rounds: %s in %s",
		       percent_range(range, best.min, best.max), result_str(best_at, "name"));
		if (best_at != worst_at)
			append(p->sure, sizeof(p->sure), ", %s in %s",
			       percent_range(range, worst.min, worst.max),
			       result_str(worst_at, "name"));
		append(p->sure, sizeof(p->sure), ".");
	}
	append_trust(result, p);
}

/* Answer what saves memory: records that are built in the ring. */
static void memory(const struct result *result, struct answer_part *p)
{
	const char *is = result_auto_is(result), *row = DIRECT;
	double least = INFINITY, most = 0, spread = 0, cpus;
	struct figure scratch = { 0 };
	char text[FIGURE_TEXT], each[FIGURE_TEXT], range[FIGURE_TEXT];
	yyjson_val *w;
	size_t i, max;

	p->question = "What saves memory?";
	p->choice = "Building records in the ring: --wire-format=direct";
	p->not_when =
		"Kernels before " DIRECT_LINUX " cannot read user memory into the ring; auto is "
		"then varlen.";
	/*
	 * If there is no row `direct`, the row `auto` is the same program if auto chooses direct.
	 */
	if (!result_find(result->rows, "name", DIRECT) && is && !strcmp(is, DIRECT))
		row = AUTO;
	yyjson_arr_foreach(result->workloads, i, max, w)
	{
		struct figure a = figure_of(w, VARLEN, "locked_scratch_bytes");
		struct figure varlen = figure_of(w, VARLEN, "bpf_ns_per_event");
		struct figure direct = figure_of(w, row, "bpf_ns_per_event");

		if (!a.known || !varlen.known || !direct.known || !(varlen.median > 0))
			continue;
		scratch = a;
		least = fmin(least, direct.median / varlen.median);
		most = fmax(most, direct.median / varlen.median);
		spread = fmax(spread, fmax(varlen.spread, direct.spread));
	}
	cpus = yyjson_get_num(yyjson_obj_get(result->environment, "cpus_possible"));
	if (!scratch.known || !(cpus > 0))
		return;
	p->known = true;
	snprintf(p->figure, sizeof(p->figure), "%s less locked",
		 figure_text(text, UNIT_BYTES, scratch.median));
	snprintf(
		p->sentence, sizeof(p->sentence),
		"%s of scratch memory for each of %.0f possible CPUs. In return, BPF time per event "
		"is %s of varlen's.",
		figure_text(each, UNIT_BYTES, scratch.median / cpus), cpus,
		percent_range(range, least, most));
	snprintf(p->pair, sizeof(p->pair),
		 "The same records and wake-ups: only scratch memory differs (%s, " VARLEN ").",
		 row);
	snprintf(p->sure, sizeof(p->sure), "The memory is exact.");
	if (result_has_spread(result))
		append(p->sure, sizeof(p->sure),
		       " Half of the times are within %.0f %% of each other.", 100 * spread);
	append_trust(result, p);
}

/* Compare the default with fixed slots, and name the workloads in which it is not better. */
static void why(const struct result *result, struct answer *ret)
{
	char worse[160] = "";
	int better = 0, compared = 0;
	yyjson_val *w;
	size_t i, max;

	yyjson_arr_foreach(result->workloads, i, max, w)
	{
		static const char *const metrics[] = { "lost_percent", "bytes_per_event",
						       "bpf_ns_per_event" };
		bool is_known = true, is_better = true;

		for (size_t m = 0; m < sizeof(metrics) / sizeof(metrics[0]); m++) {
			struct figure is = figure_of(w, AUTO, metrics[m]);
			struct figure was = figure_of(w, FIXED, metrics[m]);

			is_known = is_known && is.known && was.known;
			is_better = is_better && is.median <= was.median;
		}
		if (!is_known)
			continue;
		compared++;
		better += is_better;
		if (!is_better)
			append(worse, sizeof(worse), "%s%s", *worse ? ", " : "",
			       result_str(w, "name"));
	}
	if (!compared) {
		snprintf(ret->why, sizeof(ret->why), "This run lacks the rows for this answer.");
		return;
	}
	snprintf(
		ret->why, sizeof(ret->why),
		"In %d of %d workload%s, it lost no more events than fixed slots, and took no more "
		"bytes and BPF time per event. Those fixed slots also wake the reader for each "
		"event.",
		better, compared, compared == 1 ? "" : "s");
	if (*worse)
		snprintf(ret->not_when, sizeof(ret->not_when),
			 "Not so in %s: if your work is like that, measure it in both formats.",
			 worse);
	else
		snprintf(ret->not_when, sizeof(ret->not_when),
			 "No workload of this run is a reason for fixed slots.");
}

static void how_sure(const struct result *result, struct answer *ret)
{
	char text[RESULT_TEXT];

	if (result_has_spread(result))
		append(ret->sure, sizeof(ret->sure), "%d rounds.", result_rounds(result));
	else
		append(ret->sure, sizeof(ret->sure), "%s. Measure more with --rounds.",
		       result_spread_text(text, result));
	if (result_trust(result, "bpf_ns_per_event") != TRUST_FULL)
		append(ret->sure, sizeof(ret->sure),
		       " The machine was busy: %s. Bytes and memory are sure. Losses and BPF times "
		       "are less certain, and speeds are not reliable.",
		       result_busy_text(text, result));
	else if (yyjson_is_num(yyjson_obj_get(result->environment, "busy_percent")))
		append(ret->sure, sizeof(ret->sure), " The machine was idle before the run.");
}

void answer_of(const struct result *result, struct answer *ret)
{
	static void (*const find[ANSWER_PARTS])(const struct result *, struct answer_part *) = {
		losses,
		time_saved,
		memory,
	};
	const char *is = result_auto_is(result);

	*ret = (struct answer){ .use = "" };
	why(result, ret);
	how_sure(result, ret);
	append(ret->not_when, sizeof(ret->not_when),
	       "%sauto may hold an event for some milliseconds, to save wake-ups: if it must come "
	       "sooner, set --latency. The format need not change.",
	       *ret->not_when ? " " : "");
	for (size_t n = 0; n < ANSWER_PARTS; n++) {
		find[n](result, &ret->parts[n]);
		if (!ret->parts[n].known)
			snprintf(ret->parts[n].sentence, sizeof(ret->parts[n].sentence),
				 "This run lacks the rows for this answer.");
	}
	if (!is)
		snprintf(ret->use, sizeof(ret->use), "This run lacks the row auto.");
	else if (!strcmp(is, DIRECT))
		snprintf(ret->use, sizeof(ret->use),
			 "Use the default, auto. On this kernel it is direct: packed records that "
			 "are built in the ring, and few wake-ups.");
	else
		snprintf(ret->use, sizeof(ret->use),
			 "Use the default, auto. On this kernel it is varlen: packed records that "
			 "are copied into the ring, and few wake-ups.");
}
