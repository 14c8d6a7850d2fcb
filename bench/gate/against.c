/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/gate/against.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yyjson.h>

#include "bench/gate/baseline.h"
#include "bench/gate/exact.h"
#include "bench/gate/pairs.h"
#include "bench/run/log_err.h"
#include "bench/run/output.h"
#include "bench/run/runfiles.h"
#include "tools/eventstrace/table.h"

#define SCHEMA "eventstrace-comparison/1"

static const char *const verdicts[] = {
	[PAIRS_SAME] = "same",
	[PAIRS_BETTER] = "better",
	[PAIRS_WORSE] = "worse",
};

/* The measurements of one comparison. */
struct comparison {
	struct figures base, new; /* exact figures; empty: not measured */
	char *exact;              /* table and notes that baseline_compare() printed */
	int exact_worse;
	struct pairs pairs;             /* empty: not measured */
	struct pairs_outcome *outcomes; /* one for each element of pairs.v */
	int pairs_worse;
};

/* ---- measuring --------------------------------------------------------------------------- */

static int exact_of(const char *tool, const struct run_choice *flags, const char *only,
		    struct figures *ret)
{
	struct runfiles runfiles;
	int r;

	r = runfiles_init(&runfiles);
	if (r < 0)
		return r;
	runfiles.tool = tool;
	r = exact_measure(&runfiles, flags, NULL, only, ret);
	runfiles_done(&runfiles);
	return r;
}

/* Compare the exact figures. Return: the number of figures that got worse, or a negative errno. */
static int compare_exact(struct comparison *c)
{
	struct baseline *b = NULL;
	size_t size;
	FILE *out;
	int r;

	out = open_memstream(&c->exact, &size);
	if (!out)
		return -errno;
	r = baseline_of(&c->base, &b);
	if (r == 0)
		r = baseline_compare(b, &c->new, BASELINE_EXACT, NULL, out);
	baseline_free(b);
	if (fclose(out) != 0)
		return -ENOMEM;
	return r;
}

static int compare_timed(const struct against_options *o, struct comparison *c)
{
	const struct pairs_options pairs = {
		.base = o->base,
		.flags = o->flags,
		.count = o->pairs,
		.only = o->only,
		.workload = o->workload,
	};
	int r;

	r = pairs_measure(&pairs, &c->pairs);
	if (r < 0)
		return r;
	c->outcomes = calloc(c->pairs.count, sizeof(*c->outcomes));
	if (!c->outcomes)
		return -ENOMEM;
	for (size_t i = 0; i < c->pairs.count; i++) {
		c->outcomes[i] = pairs_judge(&c->pairs.v[i]);
		c->pairs_worse += c->outcomes[i].verdict == PAIRS_WORSE;
	}
	return 0;
}

static int measure(const struct against_options *o, struct comparison *c)
{
	static const struct run_choice no_flags;
	int r = 0;

	if (o->exact) {
		r = exact_of(o->base, &no_flags, o->only, &c->base);
		if (r == 0)
			r = exact_of(NULL, &o->flags, o->only, &c->new);
		if (r == 0)
			r = compare_exact(c);
		if (r >= 0)
			c->exact_worse = r;
	}
	if (r >= 0 && o->timed)
		r = compare_timed(o, c);
	return r < 0 ? r : 0;
}

static void done(struct comparison *c)
{
	figures_free(&c->base);
	figures_free(&c->new);
	free(c->exact);
	pairs_free(&c->pairs);
	free(c->outcomes);
}

/* ---- printing ---------------------------------------------------------------------------- */

#define COLUMNS 7

static const char *const columns[COLUMNS] = {
	"figure, per event", "base", "new", "change", "99 % interval", "p", "verdict",
};

/* Format a ratio as "+3.1 %", a difference as "+0.0123". */
static void print_change(char ret[32], const struct pairs_figure *f, double change)
{
	if (f->kind == PAIRS_RATIO)
		snprintf(ret, 32, "%+.1f %%", 100 * (change - 1));
	else
		snprintf(ret, 32, "%+.4f", change);
}

/* Format the table's line for a figure. */
static void cells_of(const struct comparison *c, size_t figure, char ret[COLUMNS][80])
{
	const struct pairs_figure *f = &c->pairs.v[figure];
	const struct pairs_outcome *o = &c->outcomes[figure];
	const char *number = f->kind == PAIRS_RATIO ? "%.0f" : "%.4f";
	char low[32], high[32];

	print_change(low, f, o->low);
	print_change(high, f, o->high);
	snprintf(ret[0], 80, "%s", f->name);
	snprintf(ret[1], 80, number, o->base);
	snprintf(ret[2], 80, number, o->new);
	print_change(ret[3], f, o->change);
	snprintf(ret[4], 80, "%s to %s", low, high);
	snprintf(ret[5], 80, "%.4f", o->p);
	snprintf(ret[6], 80, "%s", verdicts[o->verdict]);
}

static int print_table(const struct comparison *c)
{
	struct table t = TABLE_INIT(COLUMNS, 0x3e);
	char cells[COLUMNS][80];
	int r;

	for (int i = 0; i < COLUMNS; i++)
		table_cell(&t, "%s", columns[i]);
	for (size_t n = 0; n < c->pairs.count; n++) {
		cells_of(c, n, cells);
		for (int i = 0; i < COLUMNS; i++)
			table_cell(&t, "%s", cells[i]);
	}
	r = table_print(&t, stdout);
	table_free(&t);
	return r;
}

static void print_end(const struct comparison *c, FILE *out)
{
	size_t count = c->new.count + c->pairs.count;
	int worse = c->exact_worse + c->pairs_worse;

	if (worse)
		fprintf(out, "%d of %zu figures got worse\n", worse, count);
	else
		fprintf(out, "nothing got worse in %zu figures\n", count);
}

/* Write the comparison as Markdown text, for a comment on a pull request. */
static int write_markdown(const struct comparison *c, const char *path)
{
	char cells[COLUMNS][80];
	FILE *out = output_open(path);

	if (!out)
		return -EIO;
	fputs("**Benchmark gate:** ", out);
	print_end(c, out);
	if (c->pairs.count) {
		fprintf(out,
			"\n%zu pairs of measurements, base and new side by side, on one machine.\n\n",
			c->pairs.v[0].count);
		for (int i = 0; i < COLUMNS; i++)
			fprintf(out, "| %s ", columns[i]);
		fputs("|\n|---|---:|---:|---:|---:|---:|---|\n", out);
	}
	for (size_t n = 0; n < c->pairs.count; n++) {
		cells_of(c, n, cells);
		for (int i = 0; i < COLUMNS; i++)
			fprintf(out, "| %s ", cells[i]);
		fputs("|\n", out);
	}
	if (c->exact && *c->exact)
		fprintf(out, "\nExact figures:\n\n```\n%s```\n", c->exact);
	return output_close(out, path);
}

static void add_array(yyjson_mut_doc *doc, yyjson_mut_val *to, const char *name, const double *v,
		      size_t count)
{
	yyjson_mut_obj_add_val(doc, to, name, yyjson_mut_arr_with_double(doc, v, count));
}

static yyjson_mut_val *pairs_json(yyjson_mut_doc *doc, const struct comparison *c)
{
	yyjson_mut_val *all = yyjson_mut_arr(doc);

	for (size_t i = 0; i < c->pairs.count; i++) {
		const struct pairs_figure *f = &c->pairs.v[i];
		const struct pairs_outcome *o = &c->outcomes[i];
		yyjson_mut_val *one = yyjson_mut_arr_add_obj(doc, all);

		yyjson_mut_obj_add_str(doc, one, "name", f->name);
		yyjson_mut_obj_add_str(doc, one, "kind",
				       f->kind == PAIRS_RATIO ? "ratio" : "difference");
		yyjson_mut_obj_add_real(doc, one, "margin", f->margin);
		yyjson_mut_obj_add_real(doc, one, "change", o->change);
		yyjson_mut_obj_add_real(doc, one, "low", o->low);
		yyjson_mut_obj_add_real(doc, one, "high", o->high);
		yyjson_mut_obj_add_real(doc, one, "p", o->p);
		yyjson_mut_obj_add_str(doc, one, "verdict", verdicts[o->verdict]);
		add_array(doc, one, "base", f->base, f->count);
		add_array(doc, one, "new", f->new, f->count);
	}
	return all;
}

static yyjson_mut_val *exact_json(yyjson_mut_doc *doc, const struct comparison *c)
{
	yyjson_mut_val *all = yyjson_mut_arr(doc);

	for (size_t i = 0; i < c->new.count; i++) {
		const struct figure *f = &c->new.v[i];
		const struct figure *was = figures_find(&c->base, f->group, f->name);
		yyjson_mut_val *one = yyjson_mut_arr_add_obj(doc, all);

		yyjson_mut_obj_add_str(doc, one, "name", f->name);
		if (was)
			yyjson_mut_obj_add_real(doc, one, "base", was->value);
		else
			yyjson_mut_obj_add_null(doc, one, "base");
		yyjson_mut_obj_add_real(doc, one, "new", f->value);
	}
	return all;
}

static int write_json(const struct comparison *c, const char *path)
{
	yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
	yyjson_mut_val *root = yyjson_mut_obj(doc);
	yyjson_write_err err = { 0 };

	yyjson_mut_doc_set_root(doc, root);
	yyjson_mut_obj_add_str(doc, root, "schema", SCHEMA);
	yyjson_mut_obj_add_int(doc, root, "worse", c->exact_worse + c->pairs_worse);
	yyjson_mut_obj_add_val(doc, root, "pairs", pairs_json(doc, c));
	yyjson_mut_obj_add_val(doc, root, "exact", exact_json(doc, c));
	yyjson_mut_write_file(path, doc,
			      YYJSON_WRITE_PRETTY_TWO_SPACES | YYJSON_WRITE_NEWLINE_AT_END, NULL,
			      &err);
	yyjson_mut_doc_free(doc);
	if (!err.code)
		return 0;
	log_err("%s: %s", path, err.msg);
	return -EIO;
}

int against_run(const struct against_options *o)
{
	struct comparison c = { .exact = NULL };
	int r;

	r = measure(o, &c);
	if (r == 0 && c.exact)
		fputs(c.exact, stdout);
	if (r == 0 && c.pairs.count)
		r = print_table(&c);
	if (r == 0)
		print_end(&c, stdout);
	if (r == 0 && o->markdown)
		r = write_markdown(&c, o->markdown);
	if (r == 0 && o->json)
		r = write_json(&c, o->json);
	if (r == 0)
		r = c.exact_worse + c.pairs_worse;
	done(&c);
	return r;
}
