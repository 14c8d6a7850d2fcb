/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/gate/baseline.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

#include "bench/stats/stats.h"
#include "tools/eventstrace/table.h"

#define SCHEMA "eventstrace-baseline/1"

struct baseline {
	yyjson_doc *doc;
	yyjson_val *groups[FIGURE_GROUPS]; /* [FIGURES_VERIFIER]: an object by kernel release */
	int cpus;
	long page_size;
	yyjson_val *memory;   /* an object by machine_key() */
	yyjson_val *timed_on; /* the kind of machine; NULL: there are no timed figures */
};

/* Make a baseline from @doc. Owns @doc, also on failure. Return: as baseline_read(). */
static int from_doc(yyjson_doc *doc, struct baseline **ret)
{
	struct baseline *b = calloc(1, sizeof(*b));
	yyjson_val *root = yyjson_doc_get_root(doc);
	yyjson_val *page_size = yyjson_obj_get(root, "page_size");

	if (!b) {
		yyjson_doc_free(doc);
		return -ENOMEM;
	}
	b->doc = doc;
	for (int g = 0; g < FIGURE_GROUPS; g++)
		b->groups[g] = yyjson_obj_get(root, figure_group_names[g]);
	b->cpus = yyjson_get_int(yyjson_obj_get(root, "cpus_possible"));
	b->page_size = page_size ? yyjson_get_int(page_size) : FIGURES_PAGE;
	b->memory = yyjson_obj_get(root, "memory");
	b->timed_on = yyjson_obj_get(root, "timed_on");
	if (!yyjson_equals_str(yyjson_obj_get(root, "schema"), SCHEMA)) {
		baseline_free(b);
		return -EBADMSG;
	}
	*ret = b;
	return 0;
}

int baseline_read(const char *path, struct baseline **ret)
{
	yyjson_read_err err = { 0 };
	yyjson_doc *doc = yyjson_read_file(path, 0, NULL, &err);

	if (!doc && err.code == YYJSON_READ_ERROR_FILE_OPEN)
		return -ENOENT;
	return from_doc(doc, ret);
}

void baseline_free(struct baseline *b)
{
	if (!b)
		return;
	yyjson_doc_free(b->doc);
	free(b);
}

bool baseline_is_timed_on(const struct baseline *b, const char *machine)
{
	return !b->timed_on || yyjson_equals_str(b->timed_on, machine);
}

/* ---- comparing --------------------------------------------------------------------------- */

struct comparison {
	const struct baseline *b;
	const struct figures *f;
	const char *workload; /* NULL: compare all workloads */
	struct table table;
	FILE *out;
	int worse;
	struct figures *worse_ones; /* receives them; NULL: not asked for */
	int err;                    /* of adding to worse_ones */
	bool better, no_direct;
	bool elsewhere; /* the baseline was timed on another kind of machine */
	size_t skipped; /* number of figures of memory without a baseline for this machine */
};

static bool begins(const char *s, const char *with)
{
	return !strncmp(s, with, strlen(with));
}

static bool ends(const char *s, const char *with)
{
	size_t a = strlen(s), b = strlen(with);

	return a >= b && !strcmp(s + a - b, with);
}

static void add_worse(struct comparison *c, const char *name, double was, double is,
		      double tolerance)
{
	if (!c->worse++) {
		table_cell(&c->table, "what got worse");
		table_cell(&c->table, "was");
		table_cell(&c->table, "is");
		table_cell(&c->table, "change");
		table_cell(&c->table, "allowed");
	}
	table_cell(&c->table, "%s", name);
	table_cell(&c->table, "%.6g", was);
	if (isnan(is)) {
		table_cell(&c->table, "nothing");
		table_cell(&c->table, "-");
	} else {
		table_cell(&c->table, "%.6g", is);
		if (was == 0)
			table_cell(&c->table, "%+.6g", is - was);
		else
			table_cell(&c->table, "%+.1f %%", 100 * (is - was) / was);
	}
	table_cell(&c->table, "%.0f %%", 100 * tolerance);
}

static void compare_one(struct comparison *c, enum figure_group g, const char *name, double was,
			double is, double tolerance)
{
	bool more = figure_more_is_better(name);
	double least = was * (1 - tolerance), most = was * (1 + tolerance);

	if (begins(name, "locked/"))
		most += BASELINE_LOCKED;
	if (begins(name, "wakeups/"))
		most = fmax(most, was + BASELINE_WAKEUPS);
	if (begins(name, "cost/") && most < BASELINE_COST)
		most = BASELINE_COST;
	if (begins(name, "worst/") && most < BASELINE_WORST)
		most = BASELINE_WORST;
	if (isnan(is) || (more ? is < least : is > most)) {
		add_worse(c, name, was, is, tolerance);
		if (c->worse_ones && c->err == 0)
			c->err = figures_add(c->worse_ones, g, is, "%s", name);
	} else if (more ? is > most : is < least) {
		c->better = true;
	}
}

/*
 * True if the second part of @name is @workload, as in
 * "bytes/tty-flood-1/process-tty-write/varlen".
 */
static bool is_of(const char *name, const char *workload)
{
	const char *second = strchr(name, '/');

	return second && begins(second + 1, workload) && second[1 + strlen(workload)] == '/';
}

/* True if a name of an exact figure ends with the wire format @format, or if @format is NULL. */
static bool is_in_format(const char *name, const char *format)
{
	const char *last = strrchr(name, '/');

	return !format || (last && !strcmp(last + 1, format));
}

/* True if the figure is kernel memory. */
static bool is_memory(const char *name)
{
	return begins(name, "locked/");
}

/* True if the figure is kernel memory that grows with the number of possible CPUs. */
static bool is_per_cpu(const char *name)
{
	return begins(name, "locked/scratch/") || begins(name, "locked/maps/");
}

/* The figures of memory of @b and @f are of the same page size and number of possible CPUs. */
static bool is_same_machine(const struct baseline *b, const struct figures *f)
{
	return b->page_size == f->page_size && b->cpus == f->cpus;
}

/* The kind of machine that the figures of memory depend on, as a key in the baseline. */
static void machine_key(const struct figures *f, char *ret, size_t size)
{
	snprintf(ret, size, "page_size=%ld cpus_possible=%d", f->page_size, f->cpus);
}

/* The figures of memory of machines such as that of @f; NULL: the baseline has none. */
static yyjson_val *memory_rows(const struct baseline *b, const struct figures *f)
{
	char key[64];

	machine_key(f, key, sizeof(key));
	return yyjson_obj_get(b->memory, key);
}

/*
 * The baseline of the figure of memory @name for the machine of @c->f. @val is its baseline for the
 * machine of the other exact figures. Return: NULL if there is no baseline for this machine.
 */
static yyjson_val *memory_of(const struct comparison *c, const char *name, yyjson_val *val)
{
	yyjson_val *rows = memory_rows(c->b, c->f);

	if (is_same_machine(c->b, c->f))
		return val;
	if (yyjson_obj_get(rows, name))
		return yyjson_obj_get(rows, name);
	return c->b->page_size == c->f->page_size && !is_per_cpu(name) ? val : NULL;
}

static void compare_group(struct comparison *c, enum figure_group g, yyjson_val *figures)
{
	yyjson_obj_iter it = yyjson_obj_iter_with(figures);
	yyjson_val *key;

	while ((key = yyjson_obj_iter_next(&it))) {
		yyjson_val *val = yyjson_obj_iter_get_val(key);
		const char *name = yyjson_get_str(key);
		const struct figure *is = figures_find(c->f, g, name);
		double was, tolerance = 0;

		if (c->workload && !is_of(name, c->workload))
			continue;
		if (c->f->only && !figure_is_below(name, c->f->only))
			continue;
		if (c->no_direct && ends(name, "/direct"))
			continue;
		if (g != FIGURES_TIMED && !is_in_format(name, c->f->format))
			continue;
		if (is_memory(name))
			val = memory_of(c, name, val);
		if (!val) {
			c->skipped++;
			continue;
		}
		/* Times differ between processors; the share that naps save hardly does. */
		if (g == FIGURES_TIMED && c->elsewhere && !figure_is_portable(name))
			continue;
		if (g == FIGURES_TIMED) {
			was = yyjson_get_num(yyjson_obj_get(val, "median"));
			tolerance = yyjson_get_num(yyjson_obj_get(val, "tolerance"));
		} else {
			was = yyjson_get_num(val);
		}
		compare_one(c, g, name, was, is ? is->value : NAN, tolerance);
	}
}

static bool has_direct(const struct figures *f)
{
	for (size_t i = 0; i < f->count; i++) {
		if (ends(f->v[i].name, "/direct"))
			return true;
	}
	return false;
}

/* Count figures that the baseline lacks. They are no failure, but the user should add them. */
static size_t count_new(const struct comparison *c, yyjson_val *const *groups)
{
	size_t n = 0;

	for (size_t i = 0; i < c->f->count; i++) {
		const struct figure *v = &c->f->v[i];

		n += groups[v->group] && !yyjson_obj_get(groups[v->group], v->name);
	}
	return n;
}

static void print_notes(const struct comparison *c, yyjson_val *const *groups, unsigned int mask)
{
	size_t n = count_new(c, groups);

	if (mask & 1U << FIGURES_VERIFIER && !groups[FIGURES_VERIFIER] && !c->f->only)
		fprintf(c->out,
			"note: no baseline for this kernel, %s: the verifier's figures are not "
			"compared\n",
			c->f->kernel);
	if (mask & 1U << FIGURES_EXACT && c->skipped && c->b->page_size != c->f->page_size)
		fprintf(c->out,
			"note: the baseline is of pages of %ld bytes, this machine has %ld: %zu "
			"figures of kernel memory are not compared\n",
			c->b->page_size, c->f->page_size, c->skipped);
	else if (mask & 1U << FIGURES_EXACT && c->skipped)
		fprintf(c->out,
			"note: the baseline is of %d possible CPUs, this machine has %d: %zu figures "
			"of per-CPU memory are not compared\n",
			c->b->cpus, c->f->cpus, c->skipped);
	if (c->elsewhere)
		fprintf(c->out,
			"note: the baseline was timed on %s, this machine has %s: of the timed "
			"figures, only wake-ups and the cost of naps are compared\n",
			yyjson_get_str(c->b->timed_on), c->f->machine);
	if (c->no_direct)
		fputs("note: this kernel cannot make records directly: skipping their figures\n",
		      c->out);
	if (n)
		fprintf(c->out, "note: %zu figures are not in the baseline: see --update\n", n);
	if (c->better)
		fputs("note: a figure got better: --update makes the gate keep it so\n", c->out);
}

static int compare(const struct baseline *b, const struct figures *f, unsigned int groups,
		   const char *workload, FILE *out, struct figures *worse_ones)
{
	struct comparison c = { .b = b,
				.f = f,
				.workload = workload,
				.table = TABLE_INIT(5, 0x1e),
				.out = out,
				.worse_ones = worse_ones };
	yyjson_val *in[FIGURE_GROUPS] = {
		[FIGURES_EXACT] = b->groups[FIGURES_EXACT],
		[FIGURES_VERIFIER] = yyjson_obj_get(b->groups[FIGURES_VERIFIER], f->kernel),
		[FIGURES_TIMED] = b->groups[FIGURES_TIMED],
	};
	int r = 0;

	c.elsewhere = groups & 1U << FIGURES_TIMED && !baseline_is_timed_on(b, f->machine);
	c.no_direct = groups & 1U << FIGURES_EXACT && !f->format && !has_direct(f);
	for (int g = 0; g < FIGURE_GROUPS; g++) {
		if (groups & 1U << g)
			compare_group(&c, g, in[g]);
	}
	if (out) {
		if (c.worse)
			r = table_print(&c.table, out);
		print_notes(&c, in, groups);
	}
	table_free(&c.table);
	if (r == 0)
		r = c.err;
	return r < 0 ? r : c.worse;
}

int baseline_compare(const struct baseline *b, const struct figures *f, unsigned int groups,
		     const char *workload, FILE *out)
{
	return compare(b, f, groups, workload, out, NULL);
}

int baseline_find_worse(const struct baseline *b, const struct figures *f, unsigned int groups,
			const char *workload, struct figures *ret)
{
	struct figures worse = { 0 };
	int r;

	r = compare(b, f, groups, workload, NULL, &worse);
	if (r < 0)
		figures_free(&worse);
	else
		*ret = worse;
	return r;
}

/* ---- writing ----------------------------------------------------------------------------- */

static yyjson_mut_val *number(yyjson_mut_doc *doc, double v)
{
	return v == floor(v) ? yyjson_mut_sint(doc, (int64_t)v)
			     : yyjson_mut_real(doc, round(v * 1e6) / 1e6);
}

static yyjson_mut_val *group_json(yyjson_mut_doc *doc, const struct figures *f, enum figure_group g)
{
	yyjson_mut_val *all = yyjson_mut_obj(doc);

	for (size_t i = 0; i < f->count; i++) {
		if (f->v[i].group == g)
			yyjson_mut_obj_add(all, yyjson_mut_strcpy(doc, f->v[i].name),
					   number(doc, f->v[i].value));
	}
	return all;
}

static yyjson_mut_val *timed_json(yyjson_mut_doc *doc, const char *name,
				  const struct figures *timed, size_t count)
{
	yyjson_mut_val *one = yyjson_mut_obj(doc), *seen;
	double values[64], tolerance;
	size_t n = 0;
	struct stats s;

	for (size_t i = 0; i < count && n < 64; i++) {
		const struct figure *f = figures_find(&timed[i], FIGURES_TIMED, name);

		if (f)
			values[n++] = f->value;
	}
	s = stats_of(values, n);
	tolerance = s.median ? BASELINE_SPREADS * (s.max - s.min) / s.median : 0;
	tolerance = fmax(BASELINE_LEAST, fmin(BASELINE_MOST, tolerance));
	yyjson_mut_obj_add_val(doc, one, "median", number(doc, s.median));
	yyjson_mut_obj_add_val(doc, one, "tolerance", number(doc, tolerance));
	seen = yyjson_mut_obj_add_arr(doc, one, "seen");
	for (size_t i = 0; i < n; i++)
		yyjson_mut_arr_append(seen, number(doc, values[i]));
	return one;
}

/* The verifier's figures: new figures of this kernel, and the old figures of other kernels. */
static yyjson_mut_val *verifier_json(yyjson_mut_doc *doc, yyjson_val *old,
				     const struct figures *exact)
{
	yyjson_mut_val *all = yyjson_mut_obj(doc);
	yyjson_obj_iter it = yyjson_obj_iter_with(old);
	yyjson_val *key;

	while ((key = yyjson_obj_iter_next(&it))) {
		if (!yyjson_equals_str(key, exact->kernel))
			yyjson_mut_obj_add(all, yyjson_val_mut_copy(doc, key),
					   yyjson_val_mut_copy(doc, yyjson_obj_iter_get_val(key)));
	}
	yyjson_mut_obj_add(all, yyjson_mut_str(doc, exact->kernel),
			   group_json(doc, exact, FIGURES_VERIFIER));
	return all;
}

/*
 * True if the figures of memory of @exact's machine have their own rows in @old: if the pages have
 * another size, or if @old has such rows already.
 */
static bool has_own_rows(const struct baseline *old, const struct figures *exact)
{
	return old && exact && !is_same_machine(old, exact) &&
	       (old->page_size != exact->page_size || memory_rows(old, exact));
}

/* The figures of memory by kind of machine; @own replaces those of its machine. */
static yyjson_mut_val *memory_json(yyjson_mut_doc *doc, yyjson_val *old, const struct figures *own)
{
	yyjson_mut_val *all = old ? yyjson_val_mut_copy(doc, old) : yyjson_mut_obj(doc), *rows;
	char key[64];

	if (!own)
		return all;
	rows = yyjson_mut_obj(doc);
	for (size_t i = 0; i < own->count; i++) {
		if (own->v[i].group == FIGURES_EXACT && is_memory(own->v[i].name))
			yyjson_mut_obj_add(rows, yyjson_mut_strcpy(doc, own->v[i].name),
					   number(doc, own->v[i].value));
	}
	machine_key(own, key, sizeof(key));
	yyjson_mut_obj_put(all, yyjson_mut_strcpy(doc, key), rows);
	return all;
}

/* As for baseline_write(). @own replaces the rows of memory of its machine; NULL: none. */
static yyjson_mut_doc *baseline_json(const struct baseline *old, const struct figures *exact,
				     const struct figures *own, const struct figures *timed,
				     size_t count)
{
	yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
	yyjson_mut_val *root = yyjson_mut_obj(doc), *groups[FIGURE_GROUPS];

	for (int g = 0; g < FIGURE_GROUPS; g++)
		groups[g] = old && old->groups[g] ? yyjson_val_mut_copy(doc, old->groups[g])
						  : yyjson_mut_obj(doc);
	if (exact) {
		groups[FIGURES_EXACT] = group_json(doc, exact, FIGURES_EXACT);
		groups[FIGURES_VERIFIER] =
			verifier_json(doc, old ? old->groups[FIGURES_VERIFIER] : NULL, exact);
	}
	if (count)
		groups[FIGURES_TIMED] = yyjson_mut_obj(doc);
	for (size_t i = 0; count && i < timed[0].count; i++) {
		const char *name = timed[0].v[i].name;

		if (timed[0].v[i].group == FIGURES_TIMED)
			yyjson_mut_obj_add(groups[FIGURES_TIMED], yyjson_mut_str(doc, name),
					   timed_json(doc, name, timed, count));
	}

	yyjson_mut_doc_set_root(doc, root);
	yyjson_mut_obj_add_str(doc, root, "schema", SCHEMA);
	yyjson_mut_obj_add_int(doc, root, "cpus_possible",
			       exact ? exact->cpus
			       : old ? old->cpus
				     : 0);
	yyjson_mut_obj_add_int(doc, root, "page_size",
			       exact ? exact->page_size
			       : old ? old->page_size
				     : FIGURES_PAGE);
	if (count)
		yyjson_mut_obj_add_str(doc, root, "timed_on", timed[0].machine);
	else if (old && old->timed_on)
		yyjson_mut_obj_add_val(doc, root, "timed_on",
				       yyjson_val_mut_copy(doc, old->timed_on));
	for (int g = 0; g < FIGURE_GROUPS; g++)
		yyjson_mut_obj_add_val(doc, root, figure_group_names[g], groups[g]);
	yyjson_mut_obj_add_val(doc, root, "memory",
			       memory_json(doc, old ? old->memory : NULL, own));
	return doc;
}

/* Write @doc to the file @path, and free it. Return: 0 or -EIO. */
static int write_json(yyjson_mut_doc *doc, const char *path)
{
	bool ok = yyjson_mut_write_file(
		path, doc, YYJSON_WRITE_PRETTY_TWO_SPACES | YYJSON_WRITE_NEWLINE_AT_END, NULL,
		NULL);

	yyjson_mut_doc_free(doc);
	return ok ? 0 : -EIO;
}

int baseline_write(const struct baseline *old, const struct figures *exact,
		   const struct figures *timed, size_t count, const char *path)
{
	bool own = has_own_rows(old, exact);

	return write_json(baseline_json(old, own ? NULL : exact, own ? exact : NULL, timed, count),
			  path);
}

int baseline_write_memory(const struct baseline *old, const struct figures *exact, const char *path)
{
	if (is_same_machine(old, exact))
		return -EEXIST;
	return write_json(baseline_json(old, NULL, exact, NULL, 0), path);
}

int baseline_of(const struct figures *exact, struct baseline **ret)
{
	yyjson_mut_doc *json = baseline_json(NULL, exact, NULL, NULL, 0);
	yyjson_doc *doc = yyjson_mut_doc_imut_copy(json, NULL);

	yyjson_mut_doc_free(json);
	return doc ? from_doc(doc, ret) : -ENOMEM;
}
