/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/report/answer.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Names of rows. Neighbours in this list differ in one property. */
#define FIXED  "fixed"    /* slots of fixed size; each record wakes the reader */
#define PACKED "seed-159" /* packed records; each record wakes the reader */
#define VARLEN "varlen"   /* packed records; wake-ups only if the reader sleeps */
#define DIRECT "direct"   /* the same as VARLEN, but without scratch memory */
#define AUTO   "auto"

static struct figure figure_of(yyjson_val *workload, const char *row, const char *metric)
{
	return result_figure(result_row(workload, row), metric);
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
	snprintf(p->figure, sizeof(p->figure), "%s lost, with fixed slots %s",
		 figure_text(fewest, UNIT_PERCENT, same.median),
		 figure_text(most, UNIT_PERCENT, worst.median));
	snprintf(p->sentence, sizeof(p->sentence),
		 "In %s, in rings of the same size and with the same wake-ups. An event takes %s "
		 "packed, and %s in slots.",
		 result_str(worst_at, "name"),
		 figure_text(packed_bytes, UNIT_BYTES,
			     figure_of(worst_at, PACKED, "bytes_per_event").median),
		 figure_text(bytes, UNIT_BYTES,
			     figure_of(worst_at, FIXED, "bytes_per_event").median));
	figure_text(fewest, UNIT_PERCENT, worst.min);
	figure_text(most, UNIT_PERCENT, worst.max);
	figure_text(bytes, UNIT_PERCENT, same.min);
	figure_text(packed_bytes, UNIT_PERCENT, same.max);
	snprintf(p->sure, sizeof(p->sure),
		 "Over the rounds: fixed slots %s to %s, packed %s to %s.", fewest, most, bytes,
		 packed_bytes);
}

/*
 * Answer what saves time: fewer wake-ups. The figures are of the workloads that gain most and
 * least.
 */
static void time_saved(const struct result *result, struct answer_part *p)
{
	struct figure best = { 0 }, worst = { 0 };
	yyjson_val *w, *best_at = NULL, *worst_at = NULL;
	char is[FIGURE_TEXT], was[FIGURE_TEXT];
	size_t i, max;

	p->question = "What saves time?";
	p->choice = "Fewer wake-ups: --wakeup=adaptive, the default";
	p->not_when =
		"Where events are rare, the reader sleeps before each of them, and each wakes "
		"it. The format alone saves little time.";
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
	snprintf(p->figure, sizeof(p->figure), "BPF time falls to %.0f to %.0f %%",
		 100 * best.median, 100 * worst.median);
	snprintf(p->sentence, sizeof(p->sentence),
		 "The same records, with a wake-up only when the reader sleeps: %s per event in "
		 "place of %s in %s, where it saves most. It saves least in %s.",
		 figure_text(is, UNIT_NS, figure_of(best_at, VARLEN, "bpf_ns_per_event").median),
		 figure_text(was, UNIT_NS, figure_of(best_at, PACKED, "bpf_ns_per_event").median),
		 result_str(best_at, "name"), result_str(worst_at, "name"));
	snprintf(p->sure, sizeof(p->sure),
		 "Over the rounds: %.0f to %.0f %% in %s, %.0f to %.0f %% in %s.", 100 * best.min,
		 100 * best.max, result_str(best_at, "name"), 100 * worst.min, 100 * worst.max,
		 result_str(worst_at, "name"));
}

/* Answer what saves memory: records that are built in the ring. */
static void memory(const struct result *result, struct answer_part *p)
{
	const char *is = result_auto_is(result), *row = DIRECT;
	double least = INFINITY, most = 0, spread = 0, cpus;
	struct figure scratch = { 0 };
	char text[FIGURE_TEXT], each[FIGURE_TEXT];
	yyjson_val *w;
	size_t i, max;

	p->question = "What saves memory?";
	p->choice = "Building records in the ring: --wire-format=direct";
	p->not_when = "Kernels before 6.16 cannot read user memory into the ring; auto is then "
		      "varlen.";
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
		"is %.2f to %.2f of varlen's.",
		figure_text(each, UNIT_BYTES, scratch.median / cpus), cpus, least, most);
	snprintf(p->sure, sizeof(p->sure),
		 "The memory is exact. Half of the times are within %.0f %% of each other.",
		 100 * spread);
}

void answer_of(const struct result *result, struct answer *ret)
{
	static void (*const find[ANSWER_PARTS])(const struct result *, struct answer_part *) = {
		losses,
		time_saved,
		memory,
	};
	const char *is = result_auto_is(result);
	double rounds = yyjson_get_num(yyjson_obj_get(result->config, "rounds"));

	*ret = (struct answer){ .use = "" };
	for (size_t n = 0; n < ANSWER_PARTS; n++) {
		find[n](result, &ret->parts[n]);
		if (!ret->parts[n].known)
			snprintf(ret->parts[n].sentence, sizeof(ret->parts[n].sentence),
				 "This run lacks the rows for this answer.");
		if (rounds == 1)
			snprintf(ret->parts[n].sure, sizeof(ret->parts[n].sure),
				 "One round says nothing about that: measure more.");
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
