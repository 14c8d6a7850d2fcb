/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a result file. docs/benchmarks.md describes its format. */
#ifndef BENCH_REPORT_RESULT_H
#define BENCH_REPORT_RESULT_H

#include <stdbool.h>
#include <stddef.h>

#include <yyjson.h>

#include "bench/report/figure.h"

#define RESULT_SCHEMA "eventstrace-bench/1"

/* The first Linux whose programs can read user memory into the ring, which "direct" needs. */
#define DIRECT_LINUX "6.16"

struct result {
	yyjson_doc *doc;
	yyjson_val *environment;
	yyjson_val *config;
	yyjson_val *rows;      /* descriptions of the rows; an array */
	yyjson_val *workloads; /* measurements of the workloads; an array */
};

/**
 * result_read() - parse a result, and check its schema
 * @json:		the text; not used after the call
 * @len:		its size in bytes
 * @ret:		receives the result; the caller frees it with result_free()
 *
 * Return: 0; -EBADMSG: not a result; -EPROTONOSUPPORT: the schema is not supported.
 */
int result_read(const char *json, size_t len, struct result *ret);
void result_free(struct result *result);

/* Return: a string member, or "" if it is missing. */
const char *result_str(yyjson_val *obj, const char *key);

/* Return: the element of @array whose member @key is @name, or NULL. */
yyjson_val *result_find(yyjson_val *array, const char *key, const char *name);

/* Return: the measurements of row @name in a workload, or NULL if the row did not run. */
yyjson_val *result_row(yyjson_val *workload, const char *name);

/* Read a metric of a workload's row. @row may be NULL. */
struct figure result_figure(yyjson_val *row, const char *metric);

/* Read a metric's ratio to another row: @to is "control", "floor" or "seed-159". */
struct figure result_ratio(yyjson_val *row, const char *to, const char *metric);

/*
 * The row that is the same program as the row `auto`: "direct", which has no scratch memory, or
 * "varlen". NULL: the result does not show it.
 */
const char *result_auto_is(const struct result *result);

/* Return: the number of rounds; 1 if the result does not have it. */
int result_rounds(const struct result *result);

/* Return: false if the run has too few rounds for a spread. */
bool result_has_spread(const struct result *result);

/*
 * Write "2 rounds: no spread" into @buf, of RESULT_TEXT bytes, or "" if there is a spread. Return:
 * @buf.
 */
char *result_spread_text(char *buf, const struct result *result);

#define RESULT_TEXT 64

/* How far other work on the machine changes a figure. */
enum trust {
	TRUST_FULL, /* the machine was idle, or the figure does not depend on other work */
	TRUST_LESS, /* other work shares caches with BPF programs, and delays the reader */
	TRUST_NONE, /* other work takes CPU time from the workload */
};

enum trust result_trust(const struct result *result, const char *metric);

/*
 * Write "98.5 % other work", from before the first round, into @buf, of RESULT_TEXT bytes. Return:
 * @buf.
 */
char *result_busy_text(char *buf, const struct result *result);

/* Families of rows, by record layout and wake-ups. Each family has a colour. */
enum family {
	FAMILY_REFERENCE, /* control or floor */
	FAMILY_FIXED,
	FAMILY_WAKING, /* packed records; each wakes the reader */
	FAMILY_PACKED, /* packed records; wake-ups only if the reader sleeps */
};

/* The family of a row. @row: an element of result.rows, or NULL. */
enum family result_family(yyjson_val *row);

/* The family's class name in the style sheet. */
const char *family_class(enum family family);

#endif /* BENCH_REPORT_RESULT_H */
