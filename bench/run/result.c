/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/run/result.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/run/environment.h"
#include "tools/eventstrace/table.h"

const char *const relation_names[RELATIONS] = {
	[TO_CONTROL] = "control",
	[TO_FLOOR] = "floor",
	[TO_SEED] = "seed-159",
};

int series_add(struct series *series, struct cell *cell)
{
	struct cell *cells = realloc(series->cells, (series->count + 1) * sizeof(*cells));

	if (!cells)
		return -ENOMEM;
	series->cells = cells;
	cells[series->count++] = *cell;
	return 0;
}

struct stats series_stats(const struct series *series, enum metric metric)
{
	double *values = calloc(series->count + 1, sizeof(*values));
	struct stats s;

	if (!values)
		abort();
	for (size_t i = 0; i < series->count; i++)
		values[i] = series->cells[i].metrics[metric];
	s = stats_of(values, series->count);
	free(values);
	return s;
}

static const struct cell *of_round(const struct series *series, unsigned int round)
{
	for (size_t i = 0; i < series->count; i++) {
		if (series->cells[i].round == round)
			return &series->cells[i];
	}
	return NULL;
}

static const struct series *find(const struct result_workload *w, const char *row)
{
	for (size_t i = 0; i < w->count; i++) {
		if (!strcmp(w->series[i].row->name, row))
			return &w->series[i];
	}
	return NULL;
}

struct stats series_ratio(const struct result_workload *w, const struct series *series,
			  enum relation to, enum metric metric)
{
	const struct series *other = find(w, relation_names[to]);
	double *values = calloc(series->count + 1, sizeof(*values));
	size_t n = 0;
	struct stats s;

	if (!values)
		abort();
	for (size_t i = 0; other && i < series->count; i++) {
		const struct cell *cell = &series->cells[i], *base = of_round(other, cell->round);

		if (base)
			values[n++] = stats_ratio(cell->metrics[metric], base->metrics[metric]);
	}
	s = stats_of(values, n);
	free(values);
	return s;
}

/* ---- JSON -------------------------------------------------------------------------------- */

/* JSON has no NaN, so it becomes null. A whole number is written as an integer. */
static yyjson_mut_val *number(yyjson_mut_doc *doc, double value)
{
	if (!isfinite(value))
		return yyjson_mut_null(doc);
	if (value == floor(value) && fabs(value) < 1e15)
		return yyjson_mut_sint(doc, (int64_t)value);
	return yyjson_mut_real(doc, value);
}

static yyjson_mut_val *string_or_null(yyjson_mut_doc *doc, const char *s)
{
	return s && *s ? yyjson_mut_str(doc, s) : yyjson_mut_null(doc);
}

static void add(yyjson_mut_doc *doc, yyjson_mut_val *obj, const char *name, yyjson_mut_val *val)
{
	yyjson_mut_obj_add(obj, yyjson_mut_str(doc, name), val);
}

static yyjson_mut_val *stats_json(yyjson_mut_doc *doc, const struct stats *s)
{
	yyjson_mut_val *obj;

	if (!s->count)
		return yyjson_mut_null(doc);
	obj = yyjson_mut_obj(doc);
	add(doc, obj, "median", number(doc, s->median));
	add(doc, obj, "min", number(doc, s->min));
	add(doc, obj, "max", number(doc, s->max));
	add(doc, obj, "spread", number(doc, s->spread));
	return obj;
}

static yyjson_mut_val *programs_json(yyjson_mut_doc *doc, const struct programs *programs)
{
	yyjson_mut_val *all = yyjson_mut_arr(doc);

	for (size_t i = 0; i < programs->count; i++) {
		const struct program *p = &programs->v[i];
		yyjson_mut_val *one = yyjson_mut_arr_add_obj(doc, all);

		add(doc, one, "name", yyjson_mut_str(doc, p->name));
		add(doc, one, "runs", yyjson_mut_uint(doc, p->runs));
		add(doc, one, "run_ns", yyjson_mut_uint(doc, p->run_ns));
		add(doc, one, "verified_instructions",
		    yyjson_mut_uint(doc, p->verified_instructions));
	}
	return all;
}

static yyjson_mut_val *samples_json(yyjson_mut_doc *doc, const struct samples *samples)
{
	yyjson_mut_val *all = yyjson_mut_arr(doc);

	for (size_t i = 0; i < samples->count; i++) {
		const struct sample *s = &samples->v[i];
		yyjson_mut_val *one = yyjson_mut_arr_add_obj(doc, all);

		add(doc, one, "t_s", number(doc, s->t_s));
		add(doc, one, "cpu_user_percent", number(doc, s->cpu_user_percent));
		add(doc, one, "cpu_system_percent", number(doc, s->cpu_system_percent));
		add(doc, one, "used_memory_bytes", yyjson_mut_uint(doc, s->used_memory_bytes));
	}
	return all;
}

static yyjson_mut_val *cell_json(yyjson_mut_doc *doc, const struct cell *cell)
{
	yyjson_mut_val *obj = yyjson_mut_obj(doc);

	add(doc, obj, "round", yyjson_mut_uint(doc, cell->round));
	for (int i = 0; i < METRICS; i++)
		add(doc, obj, metric_names[i], number(doc, cell->metrics[i]));
	add(doc, obj, "programs", programs_json(doc, &cell->programs));
	add(doc, obj, "samples", samples_json(doc, &cell->samples));
	return obj;
}

static yyjson_mut_val *ratios_json(yyjson_mut_doc *doc, const struct result_workload *w,
				   const struct series *series, enum relation to)
{
	yyjson_mut_val *obj;

	if (!find(w, relation_names[to]) || !find(w, relation_names[to])->count)
		return yyjson_mut_null(doc);
	obj = yyjson_mut_obj(doc);
	for (int i = 0; i < METRICS; i++) {
		struct stats s = series_ratio(w, series, to, i);

		add(doc, obj, metric_names[i], stats_json(doc, &s));
	}
	return obj;
}

static yyjson_mut_val *series_json(yyjson_mut_doc *doc, const struct result_workload *w,
				   const struct series *series)
{
	yyjson_mut_val *obj = yyjson_mut_obj(doc), *cells, *summary, *ratios;

	add(doc, obj, "row", yyjson_mut_str(doc, series->row->name));
	add(doc, obj, "skipped", string_or_null(doc, series->skipped));
	cells = yyjson_mut_obj_add_arr(doc, obj, "cells");
	for (size_t i = 0; i < series->count; i++)
		yyjson_mut_arr_append(cells, cell_json(doc, &series->cells[i]));
	summary = yyjson_mut_obj_add_obj(doc, obj, "summary");
	for (int i = 0; i < METRICS; i++) {
		struct stats s = series_stats(series, i);

		add(doc, summary, metric_names[i], stats_json(doc, &s));
	}
	ratios = yyjson_mut_obj_add_obj(doc, obj, "ratios");
	for (int i = 0; i < RELATIONS; i++)
		add(doc, ratios, relation_names[i], ratios_json(doc, w, series, i));
	return obj;
}

static yyjson_mut_val *row_json(yyjson_mut_doc *doc, const struct bench_row *row)
{
	yyjson_mut_val *obj = yyjson_mut_obj(doc);

	add(doc, obj, "name", yyjson_mut_str(doc, row->name));
	add(doc, obj, "doc", yyjson_mut_str(doc, row->doc));
	add(doc, obj, "wire_format", string_or_null(doc, row->wire_format));
	add(doc, obj, "command", string_or_null(doc, row->command ? row->command->text : NULL));
	add(doc, obj, "wakeup", string_or_null(doc, row->wakeup));
	add(doc, obj, "ring_bytes",
	    row->ring_size ? yyjson_mut_uint(doc, row->ring_size) : yyjson_mut_null(doc));
	add(doc, obj, "caps",
	    row->program == BENCH_TOOL || row->program == BENCH_TOOL_BEFORE
		    ? environment_caps(doc, row->program == BENCH_TOOL_BEFORE)
		    : yyjson_mut_null(doc));
	return obj;
}

static yyjson_mut_val *workload_json(yyjson_mut_doc *doc, const struct result_workload *w)
{
	yyjson_mut_val *obj = yyjson_mut_obj(doc), *rows;

	add(doc, obj, "name", yyjson_mut_str(doc, w->workload->name));
	add(doc, obj, "doc", yyjson_mut_str(doc, w->workload->doc));
	add(doc, obj, "operation", yyjson_mut_str(doc, w->workload->operation));
	add(doc, obj, "events", yyjson_mut_str(doc, w->workload->events));
	add(doc, obj, "skipped", string_or_null(doc, w->skipped));
	rows = yyjson_mut_obj_add_arr(doc, obj, "rows");
	for (size_t i = 0; i < w->count; i++)
		yyjson_mut_arr_append(rows, series_json(doc, w, &w->series[i]));
	return obj;
}

char *result_json(const struct result *result, size_t *ret_len)
{
	yyjson_mut_doc *doc = result->doc;
	yyjson_mut_val *root = yyjson_mut_doc_get_root(doc), *config, *all;
	const struct result_config *c = &result->config;

	config = yyjson_mut_obj_add_obj(doc, root, "config");
	add(doc, config, "mode", yyjson_mut_str(doc, c->duration_s ? "duration" : "rounds"));
	add(doc, config, "rounds", yyjson_mut_uint(doc, c->rounds));
	add(doc, config, "duration_s",
	    c->duration_s ? number(doc, c->duration_s) : yyjson_mut_null(doc));
	add(doc, config, "quick", yyjson_mut_bool(doc, c->quick));
	all = yyjson_mut_obj_add_arr(doc, root, "rows");
	/* All workloads have the same list of rows. */
	for (size_t i = 0; result->count && i < result->workloads[0].count; i++)
		yyjson_mut_arr_append(all, row_json(doc, result->workloads[0].series[i].row));
	all = yyjson_mut_obj_add_arr(doc, root, "workloads");
	for (size_t i = 0; i < result->count; i++)
		yyjson_mut_arr_append(all, workload_json(doc, &result->workloads[i]));
	return yyjson_mut_write(doc, YYJSON_WRITE_PRETTY_TWO_SPACES | YYJSON_WRITE_NEWLINE_AT_END,
				ret_len);
}

/* ---- CSV --------------------------------------------------------------------------------- */

void result_csv(const struct result *result, FILE *out)
{
	fputs("workload,row,round", out);
	for (int i = 0; i < METRICS; i++)
		fprintf(out, ",%s", metric_names[i]);
	fputc('\n', out);
	for (size_t w = 0; w < result->count; w++) {
		const struct result_workload *workload = &result->workloads[w];

		for (size_t s = 0; s < workload->count; s++) {
			const struct series *series = &workload->series[s];

			for (size_t c = 0; c < series->count; c++) {
				const struct cell *cell = &series->cells[c];

				fprintf(out, "%s,%s,%u", workload->workload->name,
					series->row->name, cell->round);
				for (int i = 0; i < METRICS; i++) {
					if (isfinite(cell->metrics[i]))
						fprintf(out, ",%.9g", cell->metrics[i]);
					else
						fputc(',', out);
				}
				fputc('\n', out);
			}
		}
	}
}

/* ---- tables ------------------------------------------------------------------------------ */

/* Add a cell with a figure. @spread: append half the distance between the quartiles, in percent. */
static void cell_stats(struct table *t, const struct stats *s, double scale, const char *fmt,
		       bool spread)
{
	char text[32];

	if (!isfinite(s->median)) {
		table_cell(t, "-");
		return;
	}
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(text, sizeof(text), fmt, s->median * scale);
#pragma GCC diagnostic pop
	if (spread && s->count >= STATS_SPREAD_COUNT)
		table_cell(t, "%s ±%.0f%%", text, 50 * s->spread);
	else
		table_cell(t, "%s", text);
}

/* The columns: a figure, or its ratio to another row. */
static const struct column {
	const char *name;
	enum metric metric;
	int to; /* enum relation, or -1 */
	double scale;
	const char *fmt;
	bool spread; /* show the spread of the rounds */
} columns[] = {
	{ "ops/s", METRIC_operations_per_s, -1, 1, "%.0f", true },
	{ "/control", METRIC_operations_per_s, TO_CONTROL, 1, "%.2f", true },
	{ "BPF ns/event", METRIC_bpf_ns_per_event, -1, 1, "%.0f", true },
	{ "/floor", METRIC_bpf_ns_per_event, TO_FLOOR, 1, "%.2f", true },
	{ "/seed-159", METRIC_bpf_ns_per_event, TO_SEED, 1, "%.2f", true },
	{ "BPF ns/op", METRIC_bpf_ns_per_operation, -1, 1, "%.0f", true },
	{ "cpu user s", METRIC_cpu_user_s, -1, 1, "%.2f", false },
	{ "sys s", METRIC_cpu_system_s, -1, 1, "%.2f", false },
	{ "tracer user s", METRIC_tracer_user_s, -1, 1, "%.3f", false },
	{ "sys s", METRIC_tracer_system_s, -1, 1, "%.3f", false },
	{ "/seed-159", METRIC_tracer_system_s, TO_SEED, 1, "%.2f", false },
	{ "wake-ups", METRIC_wakeups, -1, 1, "%.0f", false },
	{ "cost ns/op", METRIC_cost_ns_per_operation, -1, 1, "%.0f", true },
	{ "p50 us", METRIC_latency_p50_ns, -1, 1e-3, "%.0f", false },
	{ "p99 us", METRIC_latency_p99_ns, -1, 1e-3, "%.0f", false },
	{ "start s", METRIC_start_s, -1, 1, "%.2f", false },
	{ "stop s", METRIC_stop_s, -1, 1, "%.2f", false },
	{ "attempted", METRIC_attempted, -1, 1, "%.0f", false },
	{ "lost", METRIC_lost, -1, 1, "%.0f", false },
	{ "lost %", METRIC_lost_percent, -1, 1, "%.1f", false },
	{ "bytes/event", METRIC_bytes_per_event, -1, 1, "%.0f", false },
	{ "locked KiB", METRIC_locked_bytes, -1, 1.0 / 1024, "%.0f", false },
	{ "RSS MiB", METRIC_tracer_rss_bytes, -1, 1.0 / (1 << 20), "%.1f", false },
	{ "delivered", METRIC_delivered, -1, 1, "%.0f", false },
	{ "output KiB", METRIC_output_bytes, -1, 1.0 / 1024, "%.0f", false },
};

#define COLUMNS (sizeof(columns) / sizeof(*columns))

/*
 * The row auto is the same program as direct, which has no scratch memory, or as varlen. So the
 * difference between both rows is noise.
 */
static void print_noise(const struct result_workload *w, FILE *out)
{
	const struct series *both = find(w, "auto"), *twin;
	double scratch = both ? series_stats(both, METRIC_locked_scratch_bytes).median : NAN;
	double speed, time;

	if (!isfinite(scratch))
		return;
	twin = find(w, scratch > 0 ? "varlen" : "direct");
	if (!twin)
		return;
	speed = stats_ratio(series_stats(both, METRIC_operations_per_s).median,
			    series_stats(twin, METRIC_operations_per_s).median);
	time = stats_ratio(series_stats(both, METRIC_bpf_ns_per_event).median,
			   series_stats(twin, METRIC_bpf_ns_per_event).median);
	if (isfinite(speed) && isfinite(time))
		fprintf(out,
			"noise of this run: auto is the same program as %s, and differs by %+.0f %% "
			"ops/s, %+.0f %% BPF ns/event\n",
			twin->row->name, 100 * (speed - 1), 100 * (time - 1));
}

static struct stats column_stats(const struct result_workload *w, const struct series *series,
				 const struct column *col)
{
	return col->to >= 0 ? series_ratio(w, series, col->to, col->metric)
			    : series_stats(series, col->metric);
}

/* True if any row has a figure in this column. */
static bool column_is_used(const struct result_workload *w, const struct column *col)
{
	bool used = false;

	for (size_t i = 0; i < w->count && !used; i++)
		used = isfinite(column_stats(w, &w->series[i], col).median);
	return used;
}

static int print_workload(const struct result_workload *w, FILE *out)
{
	bool used[COLUMNS];
	size_t width = 1;
	int r;

	for (size_t c = 0; c < COLUMNS; c++)
		width += used[c] = column_is_used(w, &columns[c]);

	struct table t = TABLE_INIT(width, ((1U << (width - 1)) - 1) << 1);

	fprintf(out, "\n%s: %s", w->workload->name, w->workload->doc);
	if (w->skipped) {
		fprintf(out, "\n  skipped: %s\n", w->skipped);
		return 0;
	}
	fprintf(out, "; events %s\n", w->workload->events);
	table_cell(&t, "row");
	for (size_t c = 0; c < COLUMNS; c++)
		if (used[c])
			table_cell(&t, "%s", columns[c].name);
	for (size_t i = 0; i < w->count; i++) {
		const struct series *series = &w->series[i];

		table_cell(&t, "%s", series->row->name);
		for (size_t c = 0; c < COLUMNS; c++) {
			const struct column *col = &columns[c];
			struct stats stats = column_stats(w, series, col);

			if (used[c])
				cell_stats(&t, &stats, col->scale, col->fmt, col->spread);
		}
	}
	r = table_print(&t, out);
	table_free(&t);
	for (size_t i = 0; i < w->count; i++) {
		if (*w->series[i].skipped)
			fprintf(out, "%s skipped: %s\n", w->series[i].row->name,
				w->series[i].skipped);
	}
	print_noise(w, out);
	return r;
}

int result_print(const struct result *result, FILE *out)
{
	int r = 0;

	for (size_t i = 0; i < result->count && r == 0; i++)
		r = print_workload(&result->workloads[i], out);
	if (!result->count || r < 0)
		return r;
	if (result->config.rounds < STATS_SPREAD_COUNT)
		fprintf(out, "\n%u round%s: no spread. --rounds=%d and more show it after ±.\n",
			result->config.rounds, result->config.rounds == 1 ? "" : "s",
			STATS_SPREAD_COUNT);
	else
		fputs("\n"
		      "Figures are medians over the rounds, ± half the distance between the quartiles.\n",
		      out);
	fputs("A ratio is the median of the ratios within each round: it can differ from the\n"
	      "ratio of two medians.\n",
	      out);
	return r;
}

void result_done(struct result *result)
{
	for (size_t w = 0; w < result->count; w++) {
		for (size_t s = 0; s < result->workloads[w].count; s++) {
			struct series *series = &result->workloads[w].series[s];

			for (size_t c = 0; c < series->count; c++)
				cell_free(&series->cells[c]);
			free(series->cells);
		}
		free(result->workloads[w].series);
	}
	free(result->workloads);
	yyjson_mut_doc_free(result->doc);
}
