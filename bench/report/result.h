/* SPDX-License-Identifier: BSD-2-Clause */
/* A result file, as docs/benchmarks.md describes it: what is asked of it here. */
#ifndef BENCH_REPORT_RESULT_H
#define BENCH_REPORT_RESULT_H

#include <stdbool.h>
#include <stddef.h>

#include <yyjson.h>

#include "bench/report/figure.h"

#define RESULT_SCHEMA "eventstrace-bench/1"

struct result {
	yyjson_doc *doc;
	yyjson_val *environment;
	yyjson_val *config;
	yyjson_val *rows;      /* what each row is; an array */
	yyjson_val *workloads; /* and what came out; an array */
};

/**
 * result_read() - parse, and see that it is a result
 * @json:	the text; need not live on
 * @len:	its bytes
 * @ret:	receives it; the caller frees it with result_free()
 *
 * Return: 0, -EBADMSG, or -EPROTONOSUPPORT for another schema.
 */
int result_read(const char *json, size_t len, struct result *ret);
void result_free(struct result *result);

/* A string member; "" if there is none. */
const char *result_str(yyjson_val *obj, const char *key);

/* The element of @array whose member @key is @name; NULL: none. */
yyjson_val *result_find(yyjson_val *array, const char *key, const char *name);

/* How row @name did in a workload; NULL: it was not run. */
yyjson_val *result_row(yyjson_val *workload, const char *name);

/* A metric of a workload's row, which may be NULL. */
struct figure result_figure(yyjson_val *row, const char *metric);

/* The same as a ratio to another row of the same rounds: "control", "floor", "seed-159". */
struct figure result_ratio(yyjson_val *row, const char *to, const char *metric);

/* How a row's records are made; what its colour says. */
enum family {
	FAMILY_REFERENCE, /* none, or the floor */
	FAMILY_FIXED,
	FAMILY_WAKING, /* packed, each wakes the reader */
	FAMILY_PACKED, /* packed, wake-ups only when it sleeps */
};

/* @row: an element of result.rows, or NULL. */
enum family result_family(yyjson_val *row);

/* What the style sheet calls it. */
const char *family_class(enum family family);

#endif /* BENCH_REPORT_RESULT_H */
