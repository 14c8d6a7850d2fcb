/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/vmtest/verifier_baseline.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

#define SCHEMA "eventstrace-verifier/1"

int verifier_baseline_line(struct verifier_baseline *b, const char *kind, const char *line)
{
	struct verifier_row row = { 0 }, *grown;
	int end = 0;

	if (sscanf(line, "%63s %llu %llu %n", row.program, &row.insns, &row.usec, &end) != 3 ||
	    line[end])
		return 0;
	snprintf(row.kind, sizeof(row.kind), "%s", kind);
	grown = realloc(b->rows, (b->count + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	b->rows = grown;
	b->rows[b->count++] = row;
	return 1;
}

void verifier_baseline_free(struct verifier_baseline *b)
{
	free(b->rows);
	*b = (struct verifier_baseline){ 0 };
}

/* ---- the file ----------------------------------------------------------------------------- */

static int read_file(const char *path, yyjson_doc **ret)
{
	yyjson_read_err err = { 0 };
	yyjson_doc *doc = yyjson_read_file(path, 0, NULL, &err);

	if (!doc)
		return err.code == YYJSON_READ_ERROR_FILE_OPEN ? -ENOENT : -EBADMSG;
	if (!yyjson_equals_str(yyjson_obj_get(yyjson_doc_get_root(doc), "schema"), SCHEMA)) {
		yyjson_doc_free(doc);
		return -EBADMSG;
	}
	*ret = doc;
	return 0;
}

static bool has(const struct verifier_baseline *b, const char *kind, const char *program)
{
	for (size_t i = 0; i < b->count; i++)
		if (!strcmp(b->rows[i].kind, kind) && !strcmp(b->rows[i].program, program))
			return true;
	return false;
}

static int compare_row(const struct verifier_row *row, yyjson_val *kinds, FILE *out)
{
	yyjson_val *was = yyjson_obj_get(yyjson_obj_get(kinds, row->kind), row->program);
	unsigned long long insns = yyjson_get_uint(yyjson_obj_get(was, "instructions"));

	if (!was) {
		fprintf(out, "%s %s: new, %llu instructions\n", row->kind, row->program,
			row->insns);
		return 1;
	}
	if (row->insns == insns)
		return 0;
	fprintf(out, "%s %s: %llu instructions, %s than %llu\n", row->kind, row->program,
		row->insns, row->insns > insns ? "more" : "fewer", insns);
	return row->insns > insns;
}

/* Report programs of the file that were not loaded, for a kind of hooks that was measured. */
static int compare_missing(const struct verifier_baseline *b, const char *kind,
			   yyjson_val *programs, FILE *out)
{
	yyjson_val *program, *val;
	size_t i, max;
	int faults = 0;

	/* If the file lacks this kernel, no program can be missing. */
	if (!programs)
		return 0;
	yyjson_obj_foreach(programs, i, max, program, val)
	{
		if (has(b, kind, yyjson_get_str(program)))
			continue;
		fprintf(out, "%s %s: no longer loaded\n", kind, yyjson_get_str(program));
		faults++;
	}
	return faults;
}

/* Compare the total time of a kind. Only programs that are also in the file count. */
static int compare_time(const struct verifier_baseline *b, const char *kind, yyjson_val *programs,
			FILE *out)
{
	unsigned long long was = 0, is = 0;

	for (size_t i = 0; i < b->count; i++) {
		const struct verifier_row *row = &b->rows[i];
		yyjson_val *program = yyjson_obj_get(programs, row->program);

		if (strcmp(row->kind, kind) != 0 || !program)
			continue;
		was += yyjson_get_uint(yyjson_obj_get(program, "microseconds"));
		is += row->usec;
	}
	if (is <= was * VERIFIER_TIMES)
		return 0;
	fprintf(out, "%s: %llu microseconds, more than %d times %llu\n", kind, is, VERIFIER_TIMES,
		was);
	return 1;
}

int verifier_baseline_compare(const struct verifier_baseline *b, const char *path,
			      const char *kernel, const char *const *kinds, FILE *out)
{
	yyjson_doc *doc;
	yyjson_val *was;
	int faults = 0, r;

	r = read_file(path, &doc);
	if (r < 0)
		return r;
	was = yyjson_obj_get(yyjson_obj_get(yyjson_doc_get_root(doc), "kernels"), kernel);
	for (size_t i = 0; i < b->count; i++)
		faults += compare_row(&b->rows[i], was, out);
	for (; *kinds; kinds++) {
		yyjson_val *programs = yyjson_obj_get(was, *kinds);

		faults += compare_missing(b, *kinds, programs, out);
		faults += compare_time(b, *kinds, programs, out);
	}
	yyjson_doc_free(doc);
	return faults;
}

static yyjson_mut_val *child(yyjson_mut_doc *doc, yyjson_mut_val *parent, const char *name)
{
	yyjson_mut_val *val = yyjson_mut_obj_get(parent, name);

	return val ? val : yyjson_mut_obj_add_obj(doc, parent, name);
}

int verifier_baseline_write(const struct verifier_baseline *b, const char *path, const char *kernel,
			    const char *const *kinds)
{
	const yyjson_write_flag flags =
		YYJSON_WRITE_PRETTY_TWO_SPACES | YYJSON_WRITE_NEWLINE_AT_END;
	yyjson_doc *old = NULL;
	yyjson_mut_doc *doc;
	yyjson_mut_val *root, *kernels, *part;
	bool ok;
	int r;

	r = read_file(path, &old);
	if (r < 0 && r != -ENOENT)
		return r;
	doc = old ? yyjson_doc_mut_copy(old, NULL) : yyjson_mut_doc_new(NULL);
	yyjson_doc_free(old);
	if (!doc)
		return -ENOMEM;
	root = yyjson_mut_doc_get_root(doc);
	if (!root) {
		root = yyjson_mut_obj(doc);
		yyjson_mut_doc_set_root(doc, root);
		yyjson_mut_obj_add_str(doc, root, "schema", SCHEMA);
	}
	kernels = child(doc, root, "kernels");
	part = child(doc, kernels, kernel);
	for (; *kinds; kinds++)
		yyjson_mut_obj_remove_key(part, *kinds);
	for (size_t i = 0; i < b->count; i++) {
		const struct verifier_row *row = &b->rows[i];
		yyjson_mut_val *program = child(doc, child(doc, part, row->kind), row->program);

		yyjson_mut_obj_add_uint(doc, program, "instructions", row->insns);
		yyjson_mut_obj_add_uint(doc, program, "microseconds", row->usec);
	}
	ok = yyjson_mut_write_file(path, doc, flags, NULL, NULL);
	yyjson_mut_doc_free(doc);
	return ok ? 0 : -EIO;
}
