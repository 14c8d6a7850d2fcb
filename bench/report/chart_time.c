/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Draws the machine's CPU time and used memory over time, while a workload ran.
 *
 * The rounds of a row follow one another, with gaps between them. Round N begins at the same
 * position for all rows: after the longest round N-1.
 */
#include "bench/report/chart.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/report/html.h"

struct timeline {
	size_t rounds;
	double *begin; /* start of each round, in seconds */
	double end;
};

static double length_of(yyjson_val *cell)
{
	yyjson_val *samples = yyjson_obj_get(cell, "samples");
	yyjson_val *last = yyjson_arr_get_last(samples);

	return yyjson_get_num(yyjson_obj_get(last, "t_s"));
}

/* Return: false if there are no samples, or no memory is available. */
static bool timeline_init(struct timeline *t, yyjson_val *workload)
{
	yyjson_val *rows = yyjson_obj_get(workload, "rows"), *row;
	double *length;
	size_t i, max;

	*t = (struct timeline){ .rounds = 0 };
	yyjson_arr_foreach(rows, i, max, row)
	{
		size_t n = yyjson_arr_size(yyjson_obj_get(row, "cells"));

		t->rounds = n > t->rounds ? n : t->rounds;
	}
	if (!t->rounds)
		return false;
	t->begin = calloc(t->rounds + 1, sizeof(*t->begin));
	length = calloc(t->rounds, sizeof(*length));
	if (!t->begin || !length) {
		free(t->begin);
		free(length);
		return false;
	}
	yyjson_arr_foreach(rows, i, max, row)
	{
		yyjson_val *cell;
		size_t j, cells;

		yyjson_arr_foreach(yyjson_obj_get(row, "cells"), j, cells, cell) length[j] =
			fmax(length[j], length_of(cell));
	}
	for (size_t j = 0; j < t->rounds; j++) {
		double gap = j + 1 < t->rounds ? length[j] * 0.08 : 0;

		t->end = t->begin[j] + length[j];
		t->begin[j + 1] = t->end + gap;
	}
	free(length);
	if (t->end > 0)
		return true;
	free(t->begin);
	return false;
}

/* With fewer samples in a round, on average, a curve shows no development over time. */
#define SAMPLES_MIN 10

bool chart_has_samples(yyjson_val *workload, int *ret_samples)
{
	yyjson_val *row, *cell;
	size_t i, j, rows, cells, rounds = 0, samples = 0;

	yyjson_arr_foreach(yyjson_obj_get(workload, "rows"), i, rows, row)
		yyjson_arr_foreach(yyjson_obj_get(row, "cells"), j, cells, cell)
	{
		rounds++;
		samples += yyjson_arr_size(yyjson_obj_get(cell, "samples"));
	}
	*ret_samples = rounds ? (int)((samples + rounds / 2) / rounds) : 0;
	return rounds && samples >= rounds * SAMPLES_MIN;
}

/* The area inside a chart's axes, in units of the SVG picture. */
struct plane {
	double left, right, top, bottom;
	double x_max, y_min, y_max;
};

static double x_of(const struct plane *p, double t)
{
	return p->left + (p->right - p->left) * t / p->x_max;
}

static double y_of(const struct plane *p, double v)
{
	return p->bottom - (p->bottom - p->top) * (v - p->y_min) / (p->y_max - p->y_min);
}

/* Draw the time axis in seconds, at the bottom. */
static void time_axis(FILE *f, const struct plane *p, int ticks)
{
	double step = figure_step(p->x_max, ticks);
	char label[FIGURE_TEXT];

	for (int i = 0; step * i <= p->x_max * 1.0001; i++) {
		double x = x_of(p, step * i);

		snprintf(label, sizeof(label), "%.*f s", figure_decimals(step), step * i);
		html(f,
		     "<line class=\"mark\" x1=\"%f\" y1=\"%f\" x2=\"%f\" y2=\"%f\"/>"
		     "<text class=\"tick\" x=\"%f\" y=\"%f\" text-anchor=\"middle\">%s</text>",
		     x, p->bottom, x, p->bottom + 4, x, p->bottom + 16, label);
	}
	html(f, "<line class=\"zero\" x1=\"%f\" y1=\"%f\" x2=\"%f\" y2=\"%f\"/>", p->left,
	     p->bottom, p->right, p->bottom);
}

/* ---- CPU ----------------------------------------------------------------------------------- */

#define PANEL_WIDTH  300
#define PANEL_HEIGHT 150

struct share {
	double system;
	double user;
};

static struct share share_of(yyjson_val *sample)
{
	return (struct share){
		.system = yyjson_get_num(yyjson_obj_get(sample, "cpu_system_percent")),
		.user = yyjson_get_num(yyjson_obj_get(sample, "cpu_user_percent")),
	};
}

/*
 * A part of a round, with one share of CPU time. The kernel counts CPU time in steps of 10 ms, so a
 * sample shorter than STEP_MIN_S has an error of 20 % or more. Such a sample is joined with the
 * previous one.
 */
#define STEP_MIN_S 0.05

struct step {
	double begin, end; /* seconds */
	struct share share;
};

/* Read the step that begins with the next sample. Return: false if there is no further step. */
static bool next_step(yyjson_arr_iter *samples, struct step *step)
{
	struct step next = { .begin = step->end, .end = step->end };
	yyjson_arr_iter ahead = *samples;
	yyjson_val *sample;
	double used_system = 0, used_user = 0;

	while ((sample = yyjson_arr_iter_next(&ahead))) {
		double t = yyjson_get_num(yyjson_obj_get(sample, "t_s"));
		struct share share = share_of(sample);

		if (next.end - next.begin >= STEP_MIN_S && t - next.end >= STEP_MIN_S)
			break;
		used_system += share.system * (t - next.end);
		used_user += share.user * (t - next.end);
		next.end = t;
		*samples = ahead;
	}
	if (!(next.end > next.begin))
		return false;
	next.share.system = used_system / (next.end - next.begin);
	next.share.user = used_user / (next.end - next.begin);
	*step = next;
	return true;
}

/* Mean share of CPU time over all rounds, weighted by time. */
static struct share mean_share(yyjson_val *row)
{
	struct share sum = { 0 };
	double time = 0;
	yyjson_val *cell;
	size_t i, cells;

	yyjson_arr_foreach(yyjson_obj_get(row, "cells"), i, cells, cell)
	{
		yyjson_arr_iter samples = yyjson_arr_iter_with(yyjson_obj_get(cell, "samples"));
		struct step step = { 0 };

		while (next_step(&samples, &step)) {
			sum.system += step.share.system * (step.end - step.begin);
			sum.user += step.share.user * (step.end - step.begin);
			time += step.end - step.begin;
		}
	}
	if (time > 0) {
		sum.system /= time;
		sum.user /= time;
	}
	return sum;
}

/*
 * Draw a round's area in steps: a sample covers the whole time since the previous sample. The path
 * goes from left to right along the upper edge, then back along the lower edge.
 */
static void area(FILE *f, const struct plane *p, yyjson_val *cell, double begin, bool user)
{
	yyjson_arr_iter samples = yyjson_arr_iter_with(yyjson_obj_get(cell, "samples"));
	struct step step = { 0 };

	html(f, "M%f %f", x_of(p, begin), y_of(p, 0));
	while (next_step(&samples, &step))
		html(f, "V%fH%f", y_of(p, step.share.system + (user ? step.share.user : 0)),
		     x_of(p, begin + step.end));
	html(f, "V%fZ", y_of(p, 0));
}

/* The distance of ticks: 25 %, or less if the axis ends at 50 % or less. */
static double cpu_step(double max)
{
	return max > 50 ? 25 : figure_step(max, 4);
}

static void cpu_panel(FILE *f, const struct timeline *t, yyjson_val *row, const char *workload,
		      double y_max)
{
	const struct plane p = { .left = 40,
				 .right = PANEL_WIDTH - 12,
				 .top = 8,
				 .bottom = PANEL_HEIGHT - 22,
				 .x_max = t->end,
				 .y_max = y_max };
	const char *name = result_str(row, "row");
	struct share mean = mean_share(row);
	double step = cpu_step(y_max);
	yyjson_val *cell;
	char system[FIGURE_TEXT], user[FIGURE_TEXT];
	size_t i, max;

	figure_text(system, UNIT_PERCENT, rint(mean.system * 10) / 10);
	figure_text(user, UNIT_PERCENT, rint(mean.user * 10) / 10);
	html(f,
	     "<div class=\"panel\"><p><b>%s</b> <span>system %s, user %s</span></p>"
	     "<svg viewBox=\"0 0 %d %d\" role=\"img\"><title>CPU over time, %s, %s</title>"
	     "<desc>On average system %s and user %s of all CPUs, over %f seconds.</desc>",
	     name, system, user, PANEL_WIDTH, PANEL_HEIGHT, workload, name, system, user, t->end);
	for (int k = 0; step * k <= y_max * 1.0001; k++) {
		double y = y_of(&p, step * k);

		html(f,
		     "<line class=\"grid\" x1=\"%f\" y1=\"%f\" x2=\"%f\" y2=\"%f\"/>"
		     "<text class=\"tick\" x=\"%f\" y=\"%f\" text-anchor=\"end\">%f %%</text>",
		     p.left, y, p.right, y, p.left - 5, y + 4, step * k);
	}
	/*
	 * First draw the sum of system and user time, then system time over it. This leaves no gap
	 * between the areas.
	 */
	for (int k = 0; k < 2; k++) {
		html(f, "<path class=\"%s\" d=\"", k ? "system" : "user");
		yyjson_arr_foreach(yyjson_obj_get(row, "cells"), i, max, cell)
			area(f, &p, cell, t->begin[i], !k);
		html(f, "\"/>");
	}
	time_axis(f, &p, 4);
	html(f, "</svg></div>\n");
}

void chart_cpu(FILE *f, const struct result *result, yyjson_val *workload, enum rows_part part)
{
	yyjson_val *row, *cell;
	size_t i, j, rows, cells;
	struct timeline t;
	double y_max = 0, tick;

	if (!timeline_init(&t, workload))
		return;
	yyjson_arr_foreach(yyjson_obj_get(workload, "rows"), i, rows, row)
		yyjson_arr_foreach(yyjson_obj_get(row, "cells"), j, cells, cell)
	{
		yyjson_arr_iter samples = yyjson_arr_iter_with(yyjson_obj_get(cell, "samples"));
		struct step step = { 0 };

		while (next_step(&samples, &step))
			y_max = fmax(y_max, step.share.system + step.share.user);
	}
	tick = cpu_step(fmax(y_max, 1));
	y_max = fmin(100, tick * ceil(fmax(y_max, 1) / tick));

	html(f,
	     "<figure class=\"cpu\"><figcaption><b>CPU over time</b> <span>in %% of all CPUs of the "
	     "machine; %s</span><span class=\"key\"><i class=\"system\"></i> system "
	     "<i class=\"user\"></i> user</span></figcaption>",
	     t.rounds > 1 ? "rounds one after the other" : "one round");
	html(f, "<div class=\"panels\">\n");
	yyjson_arr_foreach(result->rows, i, rows, row)
	{
		yyjson_val *one = result_row(workload, result_str(row, "name"));

		if (row_is_in(result, row, part) && yyjson_arr_size(yyjson_obj_get(one, "cells")))
			cpu_panel(f, &t, one, result_str(workload, "name"), y_max);
	}
	html(f, "</div></figure>\n");
	free(t.begin);
}

/* ---- memory -------------------------------------------------------------------------------- */

#define MIB (1024.0 * 1024)

/* Number of line patterns: .dash1 and so on in page.css. dash0 is a solid line. */
#define DASHES 6

/* A row's line and its label. */
struct line {
	yyjson_val *row;
	const char *name;
	enum family family;
	int dash; /* pattern, below DASHES; the lines of a family have different patterns */
	double last;
	double label_y;
};

static double memory_of(yyjson_val *sample)
{
	return yyjson_get_num(yyjson_obj_get(sample, "used_memory_bytes")) / MIB;
}

static int by_last(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	return (x->last < y->last) - (x->last > y->last);
}

/*
 * Set the positions of the lines' labels from top to bottom, at least @apart units from one
 * another.
 */
static void place_labels(struct line *lines, size_t n, const struct plane *p, double apart)
{
	double overflow;

	for (size_t i = 0; i < n; i++) {
		lines[i].label_y = y_of(p, lines[i].last);
		if (i && lines[i].label_y < lines[i - 1].label_y + apart)
			lines[i].label_y = lines[i - 1].label_y + apart;
	}
	overflow = n ? lines[n - 1].label_y - p->bottom : 0;
	for (size_t i = n; overflow > 0 && i-- > 0;) {
		double limit = i + 1 < n ? lines[i + 1].label_y - apart : p->bottom;

		if (lines[i].label_y > limit)
			lines[i].label_y = limit;
	}
}

static void memory_line(FILE *f, const struct timeline *t, const struct plane *p,
			const struct line *line)
{
	yyjson_val *cell, *sample;
	size_t i, j, cells, samples;

	html(f, "<path class=\"line %s dash%d\" d=\"", family_class(line->family), line->dash);
	yyjson_arr_foreach(yyjson_obj_get(line->row, "cells"), i, cells, cell)
		yyjson_arr_foreach(yyjson_obj_get(cell, "samples"), j, samples, sample)
	{
		double at = yyjson_get_num(yyjson_obj_get(sample, "t_s"));

		html(f, "%s%f %f", j ? "L" : "M", x_of(p, t->begin[i] + at),
		     y_of(p, memory_of(sample)));
	}
	html(f,
	     "\"/><path class=\"lead %s\" d=\"M%f %fL%f %f\"/>"
	     "<text class=\"end\" x=\"%f\" y=\"%f\">%s</text>",
	     family_class(line->family), p->right + 2, y_of(p, line->last), p->right + 16,
	     line->label_y, p->right + 20, line->label_y + 4, line->name);
}

static void memory_svg(FILE *f, const char *workload, const struct timeline *t, struct line *lines,
		       size_t n, double low, double high, const char *kind, int width, int height)
{
	struct plane p = {
		.left = 62, .right = width - 120, .top = 10, .bottom = height - 24, .x_max = t->end
	};
	double step = figure_step(high - low, 4);
	char label[FIGURE_TEXT];

	p.y_min = floor(low / step) * step;
	p.y_max = ceil(high / step) * step;
	place_labels(lines, n, &p, 14);

	html(f,
	     "<svg class=\"%s\" viewBox=\"0 0 %d %d\" role=\"img\"><title>Used memory over time, %s"
	     "</title><desc>At the end of the last round: ",
	     kind, width, height, workload);
	for (size_t i = 0; i < n; i++)
		html(f, "%s%s %f MiB", i ? ", " : "", lines[i].name, lines[i].last);
	html(f, ".</desc>");
	for (int k = 0; k <= (int)lround((p.y_max - p.y_min) / step); k++) {
		double v = p.y_min + step * k;

		snprintf(label, sizeof(label), "%.*f MiB", figure_decimals(step), v);
		html(f,
		     "<line class=\"grid\" x1=\"%f\" y1=\"%f\" x2=\"%f\" y2=\"%f\"/>"
		     "<text class=\"tick\" x=\"%f\" y=\"%f\" text-anchor=\"end\">%s</text>",
		     p.left, y_of(&p, v), p.right, y_of(&p, v), p.left - 5, y_of(&p, v) + 4, label);
	}
	for (size_t i = 0; i < n; i++)
		memory_line(f, t, &p, &lines[i]);
	time_axis(f, &p, width > 600 ? 8 : 4);
	html(f, "</svg>");
}

void chart_memory(FILE *f, const struct result *result, yyjson_val *workload, enum rows_part part)
{
	int dashes[FAMILY_PACKED + 1] = { 0 };
	double low = INFINITY, high = 0;
	yyjson_val *row, *cell, *sample;
	size_t n = 0, omitted = 0, i, j, k, rows, cells, samples;
	struct timeline t;
	struct line *lines;

	if (!timeline_init(&t, workload))
		return;
	lines = calloc(yyjson_arr_size(result->rows) + 1, sizeof(*lines));
	yyjson_arr_foreach(result->rows, i, rows, row)
	{
		struct line line = { .row = result_row(workload, result_str(row, "name")),
				     .name = result_str(row, "name"),
				     .family = result_family(row) };

		if (!row_is_in(result, row, part))
			continue;
		line.dash = dashes[line.family]++;
		/* Further lines of this colour would look like earlier ones. */
		if (line.dash >= DASHES) {
			omitted++;
			continue;
		}
		yyjson_arr_foreach(yyjson_obj_get(line.row, "cells"), j, cells, cell)
			yyjson_arr_foreach(yyjson_obj_get(cell, "samples"), k, samples, sample)
		{
			line.last = memory_of(sample);
			low = fmin(low, line.last);
			high = fmax(high, line.last);
		}
		if (lines && line.last > 0)
			lines[n++] = line;
	}
	if (!n)
		goto out;
	if (high - low < 1)
		high = low + 1;
	qsort(lines, n, sizeof(*lines), by_last);

	html(f,
	     "<figure class=\"memory\"><figcaption><b>Used memory over time</b> <span>of the whole "
	     "machine, as in <code>free</code>: other programs change it too. The axis does not begin "
	     "at zero%s</span></figcaption>\n",
	     omitted ? ". Only the first six rows of each colour are drawn" : "");
	memory_svg(f, result_str(workload, "name"), &t, lines, n, low, high, "wide", 1180, 320);
	memory_svg(f, result_str(workload, "name"), &t, lines, n, low, high, "narrow", 380, 300);
	html(f, "</figure>\n");
out:
	free(lines);
	free(t.begin);
}
