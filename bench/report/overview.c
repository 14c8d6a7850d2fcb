/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes the tables that compare all rows in all workloads. */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "bench/report/figure.h"
#include "bench/report/html.h"
#include "bench/report/parts.h"

#define AUTO "auto"

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

/* Write the table with the rows of @part. */
static void put_matrix_rows(FILE *f, const struct result *result, const struct matrix *m,
			    enum rows_part part)
{
	const bool is_reliable = result_trust(result, m->metric) != TRUST_NONE;
	enum unit unit = matrix_unit(m);
	yyjson_val *row, *w;
	size_t i, j, rows, workloads;
	char text[FIGURE_TEXT];

	html(f,
	     "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s%s\"><table>"
	     "<thead><tr><td></td>",
	     m->title, part == ROWS_FOLDED ? ", more rows" : "");
	yyjson_arr_foreach(result->workloads, j, workloads, w)
		html(f, "<th scope=\"col\">%s</th>", result_str(w, "name"));
	html(f, "</tr></thead><tbody>\n");
	yyjson_arr_foreach(result->rows, i, rows, row)
	{
		const char *name = result_str(row, "name");

		if (!row_is_in(result, row, part))
			continue;
		html(f, "<tr class=\"%s\"><th scope=\"row\">%s<small>%s</small></th>",
		     family_class(result_family(row)), name, row_meaning(row));
		yyjson_arr_foreach(result->workloads, j, workloads, w)
		{
			struct figure fig = matrix_figure(m, result_row(w, name));

			if (!fig.known)
				html(f, "<td class=\"none\">–</td>");
			else if (is_reliable)
				html(f, "<td style=\"--heat:%f\" data-value=\"%g\">%s</td>",
				     heat(m, w, fig.median), fig.median,
				     figure_text(text, unit, fig.median));
			else
				html(f, "<td class=\"none\" data-value=\"%g\">%s</td>", fig.median,
				     figure_text(text, unit, fig.median));
		}
		html(f, "</tr>\n");
	}
	html(f, "</tbody></table></div>\n");
	put_159(f, result, part);
}

static void put_matrix(FILE *f, const struct result *result, const struct matrix *m)
{
	const int folded = (int)rows_count(result, ROWS_FOLDED);

	if (!matrix_has_figures(m, result))
		return;
	html(f, "<figure class=\"matrix %s\"><figcaption><b>%s</b> <span>%s</span>",
	     trust_class(result, m->metric), m->title, m->note);
	put_trust(f, result, m->metric);
	html(f, "</figcaption>");
	put_matrix_rows(f, result, m, ROWS_MAIN);
	if (folded) {
		html(f, "<details><summary>%d more row%s</summary>", folded,
		     folded == 1 ? "" : "s");
		put_matrix_rows(f, result, m, ROWS_FOLDED);
		html(f, "</details>");
	}
	html(f, "</figure>\n");
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
 * points. @is_known: false if the run does not show how much the figure varies.
 */
static void put_change(FILE *f, struct figure from, struct figure to, bool points, bool is_known)
{
	double change, noise;

	if (!from.known || !to.known || (!points && !(from.median > 0))) {
		html(f, "<td class=\"none\">–</td>");
		return;
	}
	/* A change is grey if it is within the spread of the rounds, or if that is not known. */
	noise = fmax(from.spread, to.spread);
	if (points) {
		change = rint((to.median - from.median) * 10) / 10;
		noise *= fmax(from.median, to.median);
	} else {
		change = rint((to.median / from.median - 1) * 100);
		noise *= 100;
	}
	if (!is_known || fabs(change) <= noise || change == 0)
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
	const bool is_known =
		result_has_spread(result) && result_trust(result, metric) != TRUST_NONE;
	yyjson_val *w;
	size_t i, max;

	yyjson_arr_foreach(result->workloads, i, max, w)
		put_change(f, result_figure(result_row(w, from), metric),
			   result_figure(result_row(w, to), metric), points, is_known);
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
	char spread[RESULT_TEXT];
	yyjson_val *w;
	size_t j, max;

	if (twin && !result_find(result->rows, "name", twin))
		twin = NULL;

	html(f,
	     "<h3 id=\"gain\">Where the gain comes from</h3>"
	     "<p>Each line compares two rows that differ in one thing. %s%s %s</p>\n",
	     result_spread_text(spread, result),
	     result_has_spread(result) ? "Grey changes are within the spread of the rounds."
				       : ", so all changes are grey.",
	     twin ? "The last line compares a program with itself: smaller changes mean nothing."
		  : "");
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++) {
		html(f,
		     "<figure class=\"steps %s\"><figcaption><b>%s</b> <span>change from the first to "
		     "the second</span>",
		     trust_class(result, tables[t].metric), tables[t].title);
		put_trust(f, result, tables[t].metric);
		html(f,
		     "</figcaption><div class=\"scroll\" tabindex=\"0\" role=\"region\" "
		     "aria-label=\"%s, step by step\"><table><thead><tr><td></td>",
		     tables[t].title);
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
		html(f, "</tbody></table></div>\n");
		put_159(f, result, ROWS_ALL);
		html(f, "</figure>\n");
	}
}

void put_overview(FILE *f, const struct result *result)
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
