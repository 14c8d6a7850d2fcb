/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes the part of the page about one workload: its charts, and a table of all its figures. */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "bench/report/chart.h"
#include "bench/report/figure.h"
#include "bench/report/html.h"
#include "bench/report/parts.h"

static const struct bars charts[] = {
	{ .title = "BPF time per event",
	  .axis = "per event",
	  .note = "less is better",
	  .metric = "bpf_ns_per_event" },
	{ .title = "BPF time per operation",
	  .axis = "per operation",
	  .note = "less is better",
	  .metric = "bpf_ns_per_operation" },
	{ .title = "Events lost",
	  .axis = "of events",
	  .note = "less is better",
	  .metric = "lost_percent" },
	{ .title = "Bytes per event",
	  .axis = "per event, in the ring",
	  .note = "less is better",
	  .metric = "bytes_per_event" },
	{ .title = "Speed of the workload",
	  .axis = "of its speed without a tracer",
	  .note = "more is better",
	  .metric = "operations_per_s",
	  .to = "control" },
	{ .title = "System CPU time of the tracer",
	  .axis = "of CPU time",
	  .note = "less is better",
	  .metric = "tracer_system_s" },
	{ .title = "Locked memory",
	  .axis = "of kernel memory",
	  .note = "less is better",
	  .metric = "locked_bytes" },
};

/* Labels of the metrics. A metric without a label is shown by its name. */
static const struct {
	const char *metric, *label;
} labels[] = {
	{ "wall_s", "time of the workload" },
	{ "operations", "operations" },
	{ "operations_per_s", "operations per second" },
	{ "cpu_user_s", "user CPU time, machine" },
	{ "cpu_system_s", "system CPU time, machine" },
	{ "tracer_user_s", "user CPU time, tracer" },
	{ "tracer_system_s", "system CPU time, tracer" },
	{ "tracer_rss_bytes", "resident memory, tracer" },
	{ "bpf_run_ns", "BPF time" },
	{ "bpf_runs", "BPF program runs" },
	{ "bpf_ns_per_operation", "BPF time per operation" },
	{ "bpf_ns_per_event", "BPF time per event" },
	{ "used_memory_bytes", "used memory, machine" },
	{ "locked_bytes", "locked memory" },
	{ "locked_rings_bytes", "locked: rings" },
	{ "locked_scratch_bytes", "locked: scratch" },
	{ "locked_maps_bytes", "locked: other maps" },
	{ "attempted", "events attempted" },
	{ "sent", "events sent" },
	{ "received", "events received" },
	{ "lost", "events lost" },
	{ "lost_percent", "events lost, share" },
	{ "event_bytes", "bytes of events sent" },
	{ "bytes_per_event", "bytes per event" },
	{ "wakeups", "wake-ups of the reader" },
	{ "output_bytes", "output of the command" },
	{ "delivered", "events in that output" },
};

static const char *label_of(const char *metric)
{
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (!strcmp(labels[i].metric, metric))
			return labels[i].label;
	return metric;
}

static void put_figure(FILE *f, const char *metric, const char *row, struct figure fig,
		       bool has_spread)
{
	enum unit unit = figure_unit(metric);
	char text[FIGURE_TEXT];

	if (!fig.known) {
		html(f, "<td class=\"none\">–</td>");
		return;
	}
	html(f, "<td data-row=\"%s\" data-metric=\"%s\" data-value=\"%g\">%s", row, metric,
	     fig.median, figure_text(text, unit, fig.median));
	if (has_spread && fig.spread >= 0.005)
		html(f, "<small>±%d %%</small>", (int)rint(fig.spread * 50));
	html(f, "</td>");
}

/*
 * Write all figures of the rows of @part in a workload, a line for each metric, in the result's
 * order.
 */
static void put_table(FILE *f, const struct result *result, yyjson_val *workload,
		      enum rows_part part)
{
	char spread[RESULT_TEXT], busy[RESULT_TEXT];
	const char *name = result_str(workload, "name");
	yyjson_val *rows = yyjson_obj_get(workload, "rows"), *longest = NULL, *row, *key;
	size_t i, max;
	yyjson_obj_iter iter;

	yyjson_arr_foreach(rows, i, max, row)
	{
		yyjson_val *summary = yyjson_obj_get(row, "summary");

		if (yyjson_obj_size(summary) > yyjson_obj_size(longest))
			longest = summary;
	}
	if (!longest)
		return;

	html(f,
	     "<figure class=\"all\"><figcaption><b>All figures of %s%s</b> <span>median%s%s</span>",
	     name, part == ROWS_FOLDED ? ", more rows" : "",
	     result_has_spread(result) ? ", and half the distance between the quartiles" : "; ",
	     result_spread_text(spread, result));
	if (result_trust(result, "wall_s") != TRUST_FULL)
		html(f, " <span class=\"trust\">grey figures are not reliable: %s</span>",
		     result_busy_text(busy, result));
	html(f,
	     "</figcaption><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"All "
	     "figures of %s%s\"><table data-workload=\"%s\"><thead><tr><td></td>",
	     name, part == ROWS_FOLDED ? ", more rows" : "", name);
	yyjson_arr_foreach(result->rows, i, max, row)
	{
		if (row_is_in(result, row, part))
			html(f, "<th scope=\"col\" class=\"%s\">%s</th>",
			     family_class(result_family(row)), result_str(row, "name"));
	}
	html(f, "</tr></thead><tbody>\n");
	yyjson_obj_iter_init(longest, &iter);
	while ((key = yyjson_obj_iter_next(&iter))) {
		const char *metric = yyjson_get_str(key);

		html(f, "<tr class=\"%s\"><th scope=\"row\">%s</th>", trust_class(result, metric),
		     label_of(metric));
		yyjson_arr_foreach(result->rows, i, max, row)
		{
			const char *of = result_str(row, "name");

			if (row_is_in(result, row, part))
				put_figure(f, metric, of,
					   result_figure(result_row(workload, of), metric),
					   result_has_spread(result));
		}
		html(f, "</tr>\n");
	}
	html(f, "</tbody></table></div>\n");
	put_159(f, result, part);
	html(f, "</figure>\n");
}

static void put_skipped(FILE *f, const struct result *result, yyjson_val *workload)
{
	yyjson_val *row;
	size_t i, max;

	yyjson_arr_foreach(result->rows, i, max, row)
	{
		const char *name = result_str(row, "name");
		const char *why = result_str(result_row(workload, name), "skipped");

		if (*why)
			html(f, "<p class=\"warning\"><b>%s was skipped:</b> %s</p>\n", name, why);
	}
}

/* Write the charts and the figures of the rows of @part. */
static void put_part(FILE *f, const struct result *result, yyjson_val *workload,
		     enum rows_part part)
{
	int samples;

	html(f, "<div class=\"charts\">\n");
	for (size_t i = 0; i < sizeof(charts) / sizeof(charts[0]); i++)
		chart_bars(f, result, workload, part, &charts[i]);
	html(f, "</div>\n");
	put_159(f, result, part);
	if (chart_has_samples(workload, &samples)) {
		chart_cpu(f, result, workload, part);
		chart_memory(f, result, workload, part);
	}
	put_table(f, result, workload, part);
}

/* Write how to get charts over time, if the run has too few samples for them. */
static void put_few_samples(FILE *f, yyjson_val *workload)
{
	int samples;

	if (!chart_has_samples(workload, &samples))
		html(f,
		     "<p class=\"few\">No charts over time: a round has %d sample%s. "
		     "<code>--duration=60</code> gives 60.</p>\n",
		     samples, samples == 1 ? "" : "s");
}

void put_workload(FILE *f, const struct result *result, yyjson_val *workload)
{
	const char *skipped = result_str(workload, "skipped");
	const char *name = result_str(workload, "name");
	const int folded = (int)rows_count(result, ROWS_FOLDED);
	struct figure work =
		result_figure(yyjson_arr_get_first(yyjson_obj_get(workload, "rows")), "operations");
	char text[FIGURE_TEXT];

	html(f, "<section class=\"workload\" id=\"w-%s\"><h2>%s</h2>\n<p>%s", name, name,
	     result_str(workload, "doc"));
	if (work.known)
		html(f, "; %s times a round: %s", figure_text(text, UNIT_COUNT, work.median),
		     result_str(workload, "operation"));
	html(f, ". Recorded: <code>%s</code>.</p>\n", result_str(workload, "events"));
	if (*skipped) {
		html(f, "<p class=\"warning\"><b>It was skipped:</b> %s</p></section>\n", skipped);
		return;
	}
	put_skipped(f, result, workload);
	put_part(f, result, workload, ROWS_MAIN);
	put_few_samples(f, workload);
	if (folded) {
		html(f, "<details><summary>%d more row%s</summary>\n", folded,
		     folded == 1 ? "" : "s");
		put_part(f, result, workload, ROWS_FOLDED);
		html(f, "</details>\n");
	}
	html(f, "</section>\n");
}
