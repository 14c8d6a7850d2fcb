/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a result file. docs/benchmarks.md has its format. */
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
	yyjson_val *rows;      /* the description of each row; an array */
	yyjson_val *workloads; /* the measurements; an array */
};

/**
 * result_read() - parse a result, and check that it is one
 * @json:	the text; not used after the call
 * @len:	its size in bytes
 * @ret:	receives the result; the caller frees it with result_free()
 *
 * Return: 0, -EBADMSG, or -EPROTONOSUPPORT for another schema.
 */
int result_read(const char *json, size_t len, struct result *ret);
void result_free(struct result *result);

/* A string member; "" if there is none. */
const char *result_str(yyjson_val *obj, const char *key);

/* Return: the element of @array whose member @key is @name, or NULL. */
yyjson_val *result_find(yyjson_val *array, const char *key, const char *name);

/* Return: the measurements of row @name in a workload, or NULL if it did not run. */
yyjson_val *result_row(yyjson_val *workload, const char *name);

/* A metric of a workload's row; @row may be NULL. */
struct figure result_figure(yyjson_val *row, const char *metric);

/* The metric's ratio to another row of the same rounds: "control", "floor", "seed-159". */
struct figure result_ratio(yyjson_val *row, const char *to, const char *metric);

/*
 * The row whose program the row `auto` is: direct, which has no scratch memory, or varlen. NULL:
 * the result does not show it.
 */
const char *result_auto_is(const struct result *result);

/* How a row makes records, and when it wakes the reader; each family has a colour. */
enum family {
	FAMILY_REFERENCE, /* control or floor */
	FAMILY_FIXED,
	FAMILY_WAKING, /* packed, every record wakes the reader */
	FAMILY_PACKED, /* packed, wake-ups only when the reader sleeps */
};

/* @row: an element of result.rows, or NULL. */
enum family result_family(yyjson_val *row);

/* The family's class in the style sheet. */
const char *family_class(enum family family);

#endif /* BENCH_REPORT_RESULT_H */
