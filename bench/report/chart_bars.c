/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/report/chart.h"

#include <math.h>
#include <string.h>

#include "bench/report/html.h"
#include "bench/report/parts.h"

/* Lengths in units of the SVG picture. On a phone, one unit is one pixel. */
#define WIDTH      380
#define NAMES      100 /* width left of the bars */
#define VALUES     76  /* width right of the bars */
#define LINE       24
#define BAR        14
#define AXIS       38 /* height below the bars */
#define BARS_WIDTH (WIDTH - NAMES - VALUES)

struct scaled {
	enum unit unit;
	struct scale scale;
	double max; /* value at the end of the axis */
	double step;
};

static struct figure get(yyjson_val *row, const struct bars *bars)
{
	struct figure fig;

	if (!bars->to)
		return result_figure(row, bars->metric);
	fig = result_ratio(row, bars->to, bars->metric);
	if (!fig.known && yyjson_equals_str(yyjson_obj_get(row, "row"), bars->to))
		fig = (struct figure){ .known = true, .median = 1, .min = 1, .max = 1 };
	fig.median *= 100;
	fig.min *= 100;
	fig.max *= 100;
	return fig;
}

static double x_of(const struct scaled *s, double v)
{
	return NAMES + BARS_WIDTH * (v < s->max ? v : s->max) / s->max;
}

static void axis(FILE *f, const struct bars *bars, const struct scaled *s, double bottom)
{
	const int decimals = figure_decimals(s->step / s->scale.divisor);
	char label[FIGURE_TEXT];

	for (int i = 0; s->step * i <= s->max * 1.0001; i++) {
		double v = s->step * i, x = x_of(s, v);

		snprintf(label, sizeof(label), "%.*f", decimals, v / s->scale.divisor);
		html(f, "<line class=\"%s\" x1=\"%f\" y1=\"0\" x2=\"%f\" y2=\"%f\"/>",
		     i ? "grid" : "zero", x, x, bottom);
		html(f, "<text class=\"tick\" x=\"%f\" y=\"%f\" text-anchor=\"middle\">%s</text>",
		     x, bottom + 14, label);
	}
	html(f, "<text class=\"axis\" x=\"%f\" y=\"%f\" text-anchor=\"middle\">%s%s%s</text>",
	     NAMES + BARS_WIDTH / 2.0, bottom + 31, s->scale.suffix, *bars->axis ? " " : "",
	     bars->axis);
}

/* Draw the range from the lowest to the highest round. */
static void whisker(FILE *f, const struct scaled *s, const struct figure *fig, double y)
{
	double from = x_of(s, fig->min), to = x_of(s, fig->max);

	if (to - from < 1)
		return;
	html(f, "<path class=\"whisker\" d=\"M%f %fH%fM%f %fv6M%f %fv6\"/>", from, y, to, from,
	     y - 3, to, y - 3);
}

/* Return: the reason why a row has no figure. */
static const char *why_none(yyjson_val *row)
{
	if (!row)
		return "not run";
	if (*result_str(row, "skipped"))
		return "not on this kernel";
	return result_figure(row, "attempted").known ? "no event: all are filtered"
						     : "none: no tracer";
}

static void bar(FILE *f, yyjson_val *workload, const char *name, enum family family,
		const struct bars *bars, const struct scaled *s, double y)
{
	yyjson_val *row = result_row(workload, name);
	struct figure fig = get(row, bars);
	double middle = y + LINE / 2.0;
	char text[FIGURE_TEXT];

	html(f, "<text class=\"name\" x=\"%d\" y=\"%f\" text-anchor=\"end\">%s</text>", NAMES - 8,
	     middle + 4, name);
	if (!fig.known) {
		html(f, "<text class=\"none\" x=\"%d\" y=\"%f\">%s</text>", NAMES + 6, middle + 4,
		     why_none(row));
		return;
	}
	figure_text(text, s->unit, fig.median);
	html(f, "<g class=\"%s\"><rect x=\"%d\" y=\"%f\" width=\"%f\" height=\"%d\" rx=\"2\"/>",
	     family_class(family), NAMES, y + (LINE - BAR) / 2.0,
	     fmax(x_of(s, fig.median) - NAMES, fig.median > 0 ? 1.5 : 0), BAR);
	whisker(f, s, &fig, middle);
	html(f, "</g><text class=\"value\" x=\"%f\" y=\"%f\" data-value=\"%g\">%s</text>",
	     fmax(x_of(s, fig.max), x_of(s, fig.median)) + 6, middle + 4, fig.median, text);
}

/* Write the chart's data as text. */
static void in_words(FILE *f, const struct result *result, yyjson_val *workload,
		     enum rows_part part, const struct bars *bars, enum unit unit)
{
	const char *between = "";
	yyjson_val *row;
	size_t i, max;

	html(f, "<desc>");
	yyjson_arr_foreach(result->rows, i, max, row)
	{
		const char *name = result_str(row, "name");
		struct figure fig = get(result_row(workload, name), bars);
		char text[FIGURE_TEXT];

		if (!fig.known || !row_is_in(result, row, part))
			continue;
		html(f, "%s%s %s", between, name, figure_text(text, unit, fig.median));
		between = ", ";
	}
	html(f, ".</desc>");
}

void chart_bars(FILE *f, const struct result *result, yyjson_val *workload, enum rows_part part,
		const struct bars *bars)
{
	struct scaled s = { .unit = bars->to ? UNIT_PERCENT : figure_unit(bars->metric) };
	const char *where = result_str(workload, "name");
	double height = LINE * (double)rows_count(result, part), y = 0;
	yyjson_val *row;
	size_t i, max;
	int known = 0;

	yyjson_arr_foreach(result->rows, i, max, row)
	{
		struct figure fig = get(result_row(workload, result_str(row, "name")), bars);

		if (!row_is_in(result, row, part))
			continue;
		known += fig.known;
		if (fig.known)
			s.max = fmax(s.max, fmax(fig.max, fig.median));
	}
	if (!known)
		return;
	/* All values are 0. The axis still needs a length above 0. */
	if (!(s.max > 0))
		s.max = s.unit == UNIT_PERCENT ? 100 : 1;
	s.scale = figure_scale(s.unit, s.max);
	s.step = figure_step(s.max / s.scale.divisor, 4) * s.scale.divisor;

	html(f,
	     "<figure class=\"bars %s\" data-workload=\"%s\" data-metric=\"%s\">"
	     "<figcaption><b>%s</b> <span>%s</span>",
	     trust_class(result, bars->metric), where, bars->metric, bars->title, bars->note);
	put_trust(f, result, bars->metric);
	html(f, "</figcaption><svg viewBox=\"0 0 %d %f\" role=\"img\"><title>%s, %s</title>", WIDTH,
	     height + AXIS, bars->title, where);
	in_words(f, result, workload, part, bars, s.unit);
	axis(f, bars, &s, height);
	yyjson_arr_foreach(result->rows, i, max, row)
	{
		if (!row_is_in(result, row, part))
			continue;
		bar(f, workload, result_str(row, "name"), result_family(row), bars, &s, y);
		y += LINE;
	}
	html(f, "</svg></figure>\n");
}
