/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/gate/figures.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <yyjson.h>

#include "bench/run/host_stats.h"
#include "lib/counters/bpf_counters.h"

#define SCHEMA "eventstrace-figures/1"

const char *const figure_group_names[FIGURE_GROUPS] = {
	[FIGURES_EXACT] = "exact",
	[FIGURES_VERIFIER] = "verifier",
	[FIGURES_TIMED] = "timed",
};

int figures_add(struct figures *f, enum figure_group group, double value, const char *name, ...)
{
	struct figure *v = realloc(f->v, (f->count + 1) * sizeof(*v));
	va_list args;

	if (!v)
		return -ENOMEM;
	f->v = v;
	v = &f->v[f->count++];
	v->group = group;
	v->value = value;
	va_start(args, name);
	vsnprintf(v->name, sizeof(v->name), name, args);
	va_end(args);
	return 0;
}

struct figure *figures_find(const struct figures *f, enum figure_group group, const char *name)
{
	for (size_t i = 0; i < f->count; i++) {
		if (f->v[i].group == group && !strcmp(f->v[i].name, name))
			return &f->v[i];
	}
	return NULL;
}

bool figure_is_below(const char *name, const char *above)
{
	size_t len = strlen(above);

	return !strncmp(name, above, len) && (!name[len] || name[len] == '/');
}

bool figure_more_is_better(const char *name)
{
	return !strncmp(name, "holds/", 6) || !strncmp(name, "rate/", 5);
}

bool figure_is_portable(const char *name)
{
	return figure_is_below(name, "wakeups") || figure_is_below(name, "cost") ||
	       figure_is_below(name, "worst");
}

void figures_of_here(struct figures *f)
{
	struct utsname name = { 0 };
	char model[200];

	uname(&name);
	snprintf(f->kernel, sizeof(f->kernel), "%s", name.release);
	f->cpus = et_bpf_counters__possible_cpus();
	f->page_size = sysconf(_SC_PAGESIZE);
	host_cpu_model(model, sizeof(model));
	snprintf(f->machine, sizeof(f->machine), "%ld x %s", sysconf(_SC_NPROCESSORS_ONLN),
		 *model ? model : name.machine);
}

int figures_read(const char *path, struct figures *ret)
{
	yyjson_read_err err;
	yyjson_doc *doc = yyjson_read_file(path, 0, NULL, &err);
	yyjson_val *root = yyjson_doc_get_root(doc);
	const char *kernel = yyjson_get_str(yyjson_obj_get(root, "kernel_release"));
	const char *machine = yyjson_get_str(yyjson_obj_get(root, "machine"));
	yyjson_val *page_size = yyjson_obj_get(root, "page_size");
	struct figures f = { .cpus = yyjson_get_int(yyjson_obj_get(root, "cpus_possible")),
			     .page_size = page_size ? yyjson_get_int(page_size) : FIGURES_PAGE };
	int r = 0;

	if (!doc && err.code == YYJSON_READ_ERROR_FILE_OPEN)
		r = -errno;
	else if (!yyjson_equals_str(yyjson_obj_get(root, "schema"), SCHEMA) || !kernel || !machine)
		r = -EBADMSG;
	else
		snprintf(f.kernel, sizeof(f.kernel), "%s", kernel);
	if (r == 0)
		snprintf(f.machine, sizeof(f.machine), "%s", machine);
	for (int g = 0; g < FIGURE_GROUPS && r == 0; g++) {
		yyjson_val *group = yyjson_obj_get(root, figure_group_names[g]), *key;
		yyjson_obj_iter it = yyjson_obj_iter_with(group);

		while (r == 0 && (key = yyjson_obj_iter_next(&it)))
			r = figures_add(&f, g, yyjson_get_num(yyjson_obj_iter_get_val(key)), "%s",
					yyjson_get_str(key));
	}
	yyjson_doc_free(doc);
	if (r < 0) {
		figures_free(&f);
		return r;
	}
	*ret = f;
	return 0;
}

int figures_write(const struct figures *f, const char *path)
{
	yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
	yyjson_mut_val *root = yyjson_mut_obj(doc);
	bool ok;

	yyjson_mut_doc_set_root(doc, root);
	yyjson_mut_obj_add_str(doc, root, "schema", SCHEMA);
	yyjson_mut_obj_add_str(doc, root, "kernel_release", f->kernel);
	yyjson_mut_obj_add_int(doc, root, "cpus_possible", f->cpus);
	yyjson_mut_obj_add_int(doc, root, "page_size", f->page_size);
	yyjson_mut_obj_add_str(doc, root, "machine", f->machine);
	for (int g = 0; g < FIGURE_GROUPS; g++) {
		yyjson_mut_val *group = yyjson_mut_obj_add_obj(doc, root, figure_group_names[g]);

		for (size_t i = 0; i < f->count; i++) {
			const struct figure *v = &f->v[i];

			if (v->group != (enum figure_group)g)
				continue;
			yyjson_mut_obj_add(group, yyjson_mut_str(doc, v->name),
					   v->value == floor(v->value)
						   ? yyjson_mut_sint(doc, (int64_t)v->value)
						   : yyjson_mut_real(doc, v->value));
		}
	}
	ok = yyjson_mut_write_file(path, doc,
				   YYJSON_WRITE_PRETTY_TWO_SPACES | YYJSON_WRITE_NEWLINE_AT_END,
				   NULL, NULL);
	yyjson_mut_doc_free(doc);
	return ok ? 0 : -EIO;
}

void figures_free(struct figures *f)
{
	free(f->v);
	f->v = NULL;
	f->count = 0;
}
