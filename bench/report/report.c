/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes the page, in the order of its parts. */
#include "bench/report/report.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "bench/report/answer.h"
#include "bench/report/chart.h"
#include "bench/report/figure.h"
#include "bench/report/html.h"
#include "bench/report/result.h"
#include "bench/report/verdict.h"

static const char style[] = {
#embed "bench/report/page.css"
	, '\0'
};

#define AUTO "auto"

/* ---- the head ------------------------------------------------------------------------------ */

static double number(yyjson_val *obj, const char *key)
{
	return yyjson_get_num(yyjson_obj_get(obj, key));
}

static void put_head(FILE *f, const struct result *result)
{
	yyjson_val *env = result->environment, *config = result->config;
	bool rounds = strcmp(result_str(config, "mode"), "duration") != 0;

	html(f,
	     "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
	     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
	     "<meta name=\"color-scheme\" content=\"light dark\">"
	     "<meta http-equiv=\"Content-Security-Policy\" content=\"" ET_REPORT_POLICY "\">"
	     "<title>eventstrace benchmarks, %s</title>\n<style>\n",
	     result_str(env, "time"));
	fputs(style, f);
	html(f,
	     "</style></head>\n<body>\n<header><p class=\"kind\">eventstrace benchmarks</p>"
	     "<h1>What recording costs, and what is lost</h1>\n"
	     "<p class=\"where\">Linux %s, %s, %d CPUs · %s",
	     result_str(env, "kernel_release"), result_str(env, "cpu_model"),
	     (int)number(env, "cpus_online"), result_str(env, "time"));
	if (*result_str(env, "commit"))
		html(f, " · commit <code>%s</code>%s", result_str(env, "commit"),
		     yyjson_is_true(yyjson_obj_get(env, "dirty")) ? ", with changes" : "");
	html(f, "</p>\n");
	html(f, "<p class=\"how\">%d workload%s, each recorded in %d ways, ",
	     (int)yyjson_arr_size(result->workloads),
	     yyjson_arr_size(result->workloads) == 1 ? "" : "s",
	     (int)yyjson_arr_size(result->rows));
	if (rounds)
		html(f,
		     "in %d interleaved rounds of the same work. Figures are medians over the rounds; "
		     "thin lines show the lowest and the highest.</p>\n",
		     (int)number(config, "rounds"));
	else
		html(f, "for %g seconds each.</p>\n", number(config, "duration_s"));
	if (number(env, "busy_percent") > 5)
		html(f,
		     "<p class=\"warning\"><b>The machine was not idle:</b> %g %% of its CPUs were busy "
		     "before the first round. Counts are still right; times are less "
		     "certain.</p>\n",
		     rint(number(env, "busy_percent") * 10) / 10);
	if (yyjson_is_true(yyjson_obj_get(config, "quick")))
		html(f,
		     "<p class=\"warning\"><b>A quick run:</b> little work and few rounds, good for a "
		     "first look.</p>\n");
	html(f, "</header>\n");
}

static void put_verdicts(FILE *f, const struct result *result)
{
	static const char *const states[] = {
		[VERDICT_UNKNOWN] = "not measured",
		[VERDICT_HOLDS] = "holds",
		[VERDICT_FAILS] = "does not hold",
	};
	static const char *const classes[] = {
		[VERDICT_UNKNOWN] = "unknown",
		[VERDICT_HOLDS] = "holds",
		[VERDICT_FAILS] = "fails",
	};
	struct verdict verdicts[VERDICTS];

	verdict_all(result, verdicts);
	html(f,
	     "<section id=\"verdicts\"><h2>What did packed records gain?</h2>\n<p class=\"words\">"
	     "EventsTrace, an earlier program, packed its records in its pull request 159, and "
	     "reported less CPU time and memory. The row <code>seed-159</code> has its design. These "
	     "claims compare this program with it.</p>\n");
	for (size_t i = 0; i < VERDICTS; i++) {
		const struct verdict *v = &verdicts[i];

		html(f,
		     "<article class=\"%s\"><div><h3>%s</h3><p class=\"state\">%s</p></div>"
		     "<p class=\"figure\">%s</p><p>%s</p></article>\n",
		     classes[v->state], v->claim, states[v->state],
		     v->state == VERDICT_UNKNOWN ? "–" : v->figure, v->sentence);
	}
	html(f, "</section>\n");
}

/* Explain the words of the answer to a person who does not know the program. */
static void put_words(FILE *f, const struct result *result)
{
	yyjson_val *w;
	size_t i, max;

	html(f,
	     "<p class=\"words\">eventstrace records what programs do. For each event, BPF programs in "
	     "the kernel write a record into a ring. This is memory that the process of "
	     "eventstrace, the reader, empties. The wire format is how a record lies in the "
	     "ring. <code>fixed</code> gives each field a slot of its largest size. "
	     "<code>varlen</code> and <code>direct</code> pack the fields. If the ring is full, "
	     "the event is lost. A wake-up starts the reader when it sleeps.</p>\n"
	     "<p class=\"words\">Each workload does one thing over and over:");
	yyjson_arr_foreach(result->workloads, i, max, w)
		html(f, "%s <code>%s</code> is %s", i ? ";" : "", result_str(w, "name"),
		     result_str(w, "doc"));
	html(f, ".</p>\n");
}

static void put_answer(FILE *f, const struct result *result)
{
	struct answer answer;

	answer_of(result, &answer);
	html(f,
	     "<section id=\"answer\"><h2>Which format should I use?</h2>\n<p class=\"use\">%s</p>\n",
	     answer.use);
	put_words(f, result);
	for (size_t i = 0; i < ANSWER_PARTS; i++) {
		const struct answer_part *p = &answer.parts[i];

		html(f, "<article><h3>%s</h3>", p->question);
		if (p->known)
			html(f,
			     "<p class=\"figure\">%s</p><p><b>%s.</b> %s</p>"
			     "<p><b>How sure:</b> %s</p><p><b>When not:</b> %s</p></article>\n",
			     p->figure, p->choice, p->sentence, p->sure, p->not_when);
		else
			html(f, "<p>%s</p></article>\n", p->sentence);
	}
	html(f, "</section>\n");
}

static void put_navigation(FILE *f, const struct result *result)
{
	yyjson_val *w;
	size_t i, max;

	html(f, "<nav aria-label=\"Sections\"><a href=\"#overview\">Overview</a>");
	yyjson_arr_foreach(result->workloads, i, max, w)
		html(f, "<a href=\"#w-%s\">%s</a>", result_str(w, "name"), result_str(w, "name"));
	html(f, "<a href=\"#rows\">The rows</a><a href=\"#environment\">Environment</a></nav>\n");
}

/* ---- one table for all workloads ----------------------------------------------------------- */

struct matrix {
	const char *title;
	const char *note;
	const char *metric;
	const char *to;   /* the metric as a ratio to this row; NULL: the metric itself */
	bool less_is_hot; /* true: small values are bad; ratios are in percent, not factors */
};

static const struct matrix matrices[] = {
	{ .title = "Events lost", .note = "of attempted events", .metric = "lost_percent" },
	{ .title = "BPF time per event",
	  .note = "of all programs together; less is better",
	  .metric = "bpf_ns_per_event" },
	{ .title = "BPF time per operation",
	  .note = "of the workload, also if a filter drops all its events; less is better",
	  .metric = "bpf_ns_per_operation" },
	{ .title = "BPF time per event, against the floor",
	  .note = "the floor reserves and submits an empty record of the same size",
	  .metric = "bpf_ns_per_event",
	  .to = "floor" },
	{ .title = "BPF time per event, against EventsTrace’s design",
	  .note = "less is better",
	  .metric = "bpf_ns_per_event",
	  .to = "seed-159" },
	{ .title = "Speed of the workload",
	  .note = "of its speed without a tracer; more is better",
	  .metric = "operations_per_s",
	  .to = "control",
	  .less_is_hot = true },
};

static struct figure matrix_figure(const struct matrix *m, yyjson_val *row)
{
	struct figure fig;

	if (!m->to)
		return result_figure(row, m->metric);
	fig = result_ratio(row, m->to, m->metric);
	if (!fig.known && yyjson_equals_str(yyjson_obj_get(row, "row"), m->to) &&
	    result_figure(row, m->metric).known)
		fig = (struct figure){ .known = true, .median = 1 };
	if (m->less_is_hot)
		fig.median *= 100;
	return fig;
}

static enum unit matrix_unit(const struct matrix *m)
{
	if (!m->to)
		return figure_unit(m->metric);
	return m->less_is_hot ? UNIT_PERCENT : UNIT_FACTOR;
}

/* How bad a value is, from 0 to 1, for the cell's colour. */
static double heat(const struct matrix *m, yyjson_val *workload, double v)
{
	yyjson_val *rows = yyjson_obj_get(workload, "rows"), *row;
	double worst = 0;
	size_t i, max;

	if (figure_unit(m->metric) == UNIT_PERCENT)
		return fmin(1, sqrt(v / 100));
	if (m->less_is_hot)
		return fmin(1, fmax(0, (100 - v) / 60));
	yyjson_arr_foreach(rows, i, max, row)
	{
		struct figure fig = matrix_figure(m, row);

		worst = fig.known ? fmax(worst, fig.median) : worst;
	}
	return worst > 0 ? fmin(1, v / worst) * 0.7 : 0;
}

/* False if the run lacks the row that the figures are divided by. */
static bool matrix_has_figures(const struct matrix *m, const struct result *result)
{
	return !m->to || result_find(result->rows, "name", m->to);
}

static void put_matrix(FILE *f, const struct result *result, const struct matrix *m)
{
	enum unit unit = matrix_unit(m);
	yyjson_val *row, *w;
	size_t i, j, rows, workloads;
	char text[FIGURE_TEXT];

	if (!matrix_has_figures(m, result))
		return;
	html(f,
	     "<figure class=\"matrix\"><figcaption><b>%s</b> <span>%s</span></figcaption>"
	     "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table>"
	     "<thead><tr><td></td>",
	     m->title, m->note, m->title);
	yyjson_arr_foreach(result->workloads, j, workloads, w)
		html(f, "<th scope=\"col\">%s</th>", result_str(w, "name"));
	html(f, "</tr></thead><tbody>\n");
	yyjson_arr_foreach(result->rows, i, rows, row)
	{
		const char *name = result_str(row, "name");

		html(f, "<tr class=\"%s\"><th scope=\"row\">%s</th>",
		     family_class(result_family(row)), name);
		yyjson_arr_foreach(result->workloads, j, workloads, w)
		{
			struct figure fig = matrix_figure(m, result_row(w, name));

			if (!fig.known)
				html(f, "<td class=\"none\">–</td>");
			else
				html(f, "<td style=\"--heat:%f\" data-value=\"%g\">%s</td>",
				     heat(m, w, fig.median), fig.median,
				     figure_text(text, unit, fig.median));
		}
		html(f, "</tr>\n");
	}
	html(f, "</tbody></table></div></figure>\n");
}

/* ---- where the gain comes from ------------------------------------------------------------- */

/*
 * Pairs of rows that differ in one property. The first pair differs in ring size and caps, the last
 * pair in all properties.
 */
static const struct {
	const char *from, *to, *what;
} steps[] = {
	{ "before-159", "fixed", "rings of 4 MiB, and today’s caps" },
	{ "fixed", "fixed-adaptive", "fixed slots: wake-ups only when the reader sleeps" },
	{ "fixed", "seed-159", "packed records: the format alone" },
	{ "seed-159", "varlen", "packed records: wake-ups only when the reader sleeps" },
	{ "varlen", "direct", "built in the ring instead of in scratch" },
	{ "seed-159", "auto", "all changes since EventsTrace’s design" },
};

/*
 * Write the change in percent. @points: the metric is a share, so the change is in percentage
 * points.
 */
static void put_change(FILE *f, struct figure from, struct figure to, bool points)
{
	double change, noise;

	if (!from.known || !to.known || (!points && !(from.median > 0))) {
		html(f, "<td class=\"none\">–</td>");
		return;
	}
	/* A change within the spread of the rounds is grey. */
	noise = fmax(from.spread, to.spread);
	if (points) {
		change = rint((to.median - from.median) * 10) / 10;
		noise *= fmax(from.median, to.median);
	} else {
		change = rint((to.median / from.median - 1) * 100);
		noise *= 100;
	}
	if (fabs(change) <= noise || change == 0)
		html(f, "<td class=\"none\">");
	else
		html(f, "<td>");
	html(f, "%s%f%s</td>",
	     change > 0   ? "+"
	     : change < 0 ? "−"
			  : "",
	     fabs(change), points ? "" : " %");
}

static void put_step(FILE *f, const struct result *result, const char *from, const char *to,
		     const char *metric, bool points)
{
	yyjson_val *w;
	size_t i, max;

	yyjson_arr_foreach(result->workloads, i, max, w)
		put_change(f, result_figure(result_row(w, from), metric),
			   result_figure(result_row(w, to), metric), points);
	html(f, "</tr>\n");
}

static void put_steps(FILE *f, const struct result *result)
{
	static const struct {
		const char *title, *metric;
		bool points;
	} tables[] = {
		{ "Events lost, in percentage points", "lost_percent", true },
		{ "BPF time per event", "bpf_ns_per_event", false },
		{ "Operations per second", "operations_per_s", false },
	};
	const char *twin = result_auto_is(result);
	yyjson_val *w;
	size_t j, max;

	if (twin && !result_find(result->rows, "name", twin))
		twin = NULL;

	html(f,
	     "<h3 id=\"gain\">Where the gain comes from</h3>"
	     "<p>Each line compares two rows that differ in one thing. Grey changes are within the "
	     "spread of the rounds. %s</p>\n",
	     twin ? "The last line compares a program with itself: smaller changes mean nothing."
		  : "");
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++) {
		html(f,
		     "<figure class=\"steps\"><figcaption><b>%s</b> <span>change from the first to the "
		     "second</span></figcaption><div class=\"scroll\" tabindex=\"0\" role=\"region\" "
		     "aria-label=\"%s, step by step\"><table><thead><tr><td></td>",
		     tables[t].title, tables[t].title);
		yyjson_arr_foreach(result->workloads, j, max, w)
			html(f, "<th scope=\"col\">%s</th>", result_str(w, "name"));
		html(f, "</tr></thead><tbody>\n");
		for (size_t s = 0; s < sizeof(steps) / sizeof(steps[0]); s++) {
			if (!result_find(result->rows, "name", steps[s].from) ||
			    !result_find(result->rows, "name", steps[s].to))
				continue;
			html(f, "<tr><th scope=\"row\">%s → %s<small>%s</small></th>",
			     steps[s].from, steps[s].to, steps[s].what);
			put_step(f, result, steps[s].from, steps[s].to, tables[t].metric,
				 tables[t].points);
		}
		if (twin) {
			html(f,
			     "<tr class=\"noise\"><th scope=\"row\">%s = %s<small>the same program "
			     "twice: the noise of this run</small></th>",
			     twin, AUTO);
			put_step(f, result, twin, AUTO, tables[t].metric, tables[t].points);
		}
		html(f, "</tbody></table></div></figure>\n");
	}
}

static void put_overview(FILE *f, const struct result *result)
{
	html(f,
	     "<section id=\"overview\"><h2>Overview</h2>\n"
	     "<p class=\"families\"><span><i class=\"reference\"></i>references</span>"
	     "<span><i class=\"fixed\"></i>every field in a slot of its cap’s size</span>"
	     "<span><i class=\"waking\"></i>packed, each event wakes the reader: EventsTrace’s design</span>"
	     "<span><i class=\"packed\"></i>packed, wake-ups only when the reader sleeps</span>"
	     "</p>\n");
	for (size_t i = 0; i < sizeof(matrices) / sizeof(matrices[0]); i++)
		put_matrix(f, result, &matrices[i]);
	put_steps(f, result);
	html(f, "</section>\n");
}

/* ---- a workload ---------------------------------------------------------------------------- */

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

static void put_figure(FILE *f, const char *metric, const char *row, struct figure fig)
{
	enum unit unit = figure_unit(metric);
	char text[FIGURE_TEXT];

	if (!fig.known) {
		html(f, "<td class=\"none\">–</td>");
		return;
	}
	html(f, "<td data-row=\"%s\" data-metric=\"%s\" data-value=\"%g\">%s", row, metric,
	     fig.median, figure_text(text, unit, fig.median));
	if (fig.spread >= 0.005)
		html(f, "<small>±%d %%</small>", (int)rint(fig.spread * 50));
	html(f, "</td>");
}

/* Write all figures of a workload, a line for each metric, in the result's order. */
static void put_table(FILE *f, const struct result *result, yyjson_val *workload)
{
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
	     "<figure class=\"all\"><figcaption><b>All figures of %s</b> <span>median, and half the "
	     "distance between the quartiles</span></figcaption><div class=\"scroll\" tabindex=\"0\" "
	     "role=\"region\" aria-label=\"All figures of %s\"><table data-workload=\"%s\"><thead><tr>"
	     "<td></td>",
	     name, name, name);
	yyjson_arr_foreach(result->rows, i, max, row)
		html(f, "<th scope=\"col\" class=\"%s\">%s</th>", family_class(result_family(row)),
		     result_str(row, "name"));
	html(f, "</tr></thead><tbody>\n");
	yyjson_obj_iter_init(longest, &iter);
	while ((key = yyjson_obj_iter_next(&iter))) {
		const char *metric = yyjson_get_str(key);

		html(f, "<tr><th scope=\"row\">%s</th>", label_of(metric));
		yyjson_arr_foreach(result->rows, i, max, row) put_figure(
			f, metric, result_str(row, "name"),
			result_figure(result_row(workload, result_str(row, "name")), metric));
		html(f, "</tr>\n");
	}
	html(f, "</tbody></table></div></figure>\n");
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

static void put_workload(FILE *f, const struct result *result, yyjson_val *workload)
{
	const char *skipped = result_str(workload, "skipped");
	const char *name = result_str(workload, "name");
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
	html(f, "<div class=\"charts\">\n");
	for (size_t i = 0; i < sizeof(charts) / sizeof(charts[0]); i++)
		chart_bars(f, result, workload, &charts[i]);
	html(f, "</div>\n");
	chart_cpu(f, result, workload);
	chart_memory(f, result, workload);
	put_table(f, result, workload);
	html(f, "</section>\n");
}

/* ---- the rows and the environment ---------------------------------------------------------- */

static void put_rows(FILE *f, const struct result *result)
{
	yyjson_val *row;
	size_t i, max;
	char text[FIGURE_TEXT];

	html(f, "<section id=\"rows\"><h2>The rows</h2>\n<div class=\"scroll\" tabindex=\"0\" "
		"role=\"region\" aria-label=\"The rows\"><table class=\"words\"><thead><tr>"
		"<th scope=\"col\">row</th><th scope=\"col\">what it is</th>"
		"<th scope=\"col\">format</th><th scope=\"col\">wake-ups</th>"
		"<th scope=\"col\">ring</th></tr></thead><tbody>\n");
	yyjson_arr_foreach(result->rows, i, max, row)
	{
		yyjson_val *ring = yyjson_obj_get(row, "ring_bytes");
		const char *format = result_str(row, "wire_format");
		const char *wakeup = result_str(row, "wakeup");

		html(f,
		     "<tr class=\"%s\"><th scope=\"row\">%s</th><td>%s</td><td>%s</td><td>%s</td>"
		     "<td>%s</td></tr>\n",
		     family_class(result_family(row)), result_str(row, "name"),
		     result_str(row, "doc"), *format ? format : "–", *wakeup ? wakeup : "–",
		     yyjson_is_num(ring) ? figure_text(text, UNIT_BYTES, yyjson_get_num(ring))
					 : "–");
	}
	html(f, "</tbody></table></div></section>\n");
}

static void put_value(FILE *f, const char *key, yyjson_val *v)
{
	char text[FIGURE_TEXT];
	yyjson_val *member, *name;
	const char *between = "";
	size_t i, max;

	if (yyjson_is_str(v)) {
		html(f, "%s", yyjson_get_str(v));
	} else if (yyjson_is_bool(v)) {
		html(f, "%s", yyjson_get_bool(v) ? "yes" : "no");
	} else if (yyjson_is_num(v)) {
		html(f, "%s", figure_text(text, figure_unit(key), yyjson_get_num(v)));
	} else if (yyjson_is_arr(v)) {
		yyjson_arr_foreach(v, i, max, member)
		{
			html(f, "%s", between);
			put_value(f, key, member);
			between = ", ";
		}
	} else if (yyjson_is_obj(v)) {
		html(f, "<ul>");
		yyjson_obj_foreach(v, i, max, name, member)
		{
			html(f, "<li><b>%s</b> ", yyjson_get_str(name));
			put_value(f, key, member);
			html(f, "</li>");
		}
		html(f, "</ul>");
	} else {
		html(f, "–");
	}
}

/* Write all members of the environment, also members that later versions add. */
static void put_environment(FILE *f, const struct result *result)
{
	yyjson_val *sources[] = { result->environment, result->config };
	yyjson_val *key, *value;
	size_t i, max;

	html(f, "<section id=\"environment\"><h2>Environment</h2>\n<dl>\n");
	for (size_t s = 0; s < sizeof(sources) / sizeof(sources[0]); s++) {
		yyjson_obj_foreach(sources[s], i, max, key, value)
		{
			const char *name = yyjson_get_str(key);

			html(f, "<div><dt>");
			for (; *name; name++)
				html(f, "%s", *name == '_' ? " " : (char[]){ *name, '\0' });
			html(f, "</dt><dd>");
			put_value(f, yyjson_get_str(key), value);
			html(f, "</dd></div>\n");
		}
	}
	html(f, "</dl></section>\n<footer><p>Made by <code>//bench:stress</code>; "
		"<code>docs/benchmarks.md</code> describes how to measure and repeat each figure. "
		"This page is one file: no network, no script.</p></footer>\n");
}

int et_report_write(const char *json, size_t len, FILE *to)
{
	struct result result;
	yyjson_val *workload;
	size_t i, max;
	int r;

	r = result_read(json, len, &result);
	if (r < 0)
		return r;

	put_head(to, &result);
	html(to, "<main>\n");
	put_answer(to, &result);
	put_verdicts(to, &result);
	put_navigation(to, &result);
	put_overview(to, &result);
	yyjson_arr_foreach(result.workloads, i, max, workload) put_workload(to, &result, workload);
	put_rows(to, &result);
	put_environment(to, &result);
	html(to, "</main>\n</body></html>\n");

	result_free(&result);
	return ferror(to) ? -EIO : 0;
}

int et_report_print_answer(const char *json, size_t len, FILE *to)
{
	struct result result;
	struct answer answer;
	int r;

	r = result_read(json, len, &result);
	if (r < 0)
		return r;
	answer_of(&result, &answer);
	fprintf(to, "\nWhich format should I use? %s\n", answer.use);
	for (size_t i = 0; i < ANSWER_PARTS; i++) {
		const struct answer_part *p = &answer.parts[i];

		if (p->known)
			fprintf(to, "  %s %s: %s. %s\n", p->question, p->choice, p->figure,
				p->sure);
	}
	result_free(&result);
	return ferror(to) ? -EIO : 0;
}
