/* SPDX-License-Identifier: BSD-2-Clause */
/* Explains the names of rows, and chooses the rows that a page shows at first. */
#ifndef BENCH_REPORT_ROWS_H
#define BENCH_REPORT_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/report/result.h"

/* Rows that are shown together. */
enum rows_part {
	ROWS_MAIN,   /* the rows that the choice of a format needs, and the rows of --tracer */
	ROWS_FOLDED, /* all others, behind a line to click */
	ROWS_ALL,
};

/*
 * True if a row belongs to @part. @row: an element of result.rows. A run with few rows has no
 * folded rows.
 */
bool row_is_in(const struct result *result, yyjson_val *row, enum rows_part part);

/* Return: the number of rows of @part. */
size_t rows_count(const struct result *result, enum rows_part part);

/* Return: a few words about a row. @row: an element of result.rows. */
const char *row_meaning(yyjson_val *row);

/* True if a row of @part has the number 159 in its name, which needs an explanation. */
bool rows_have_159(const struct result *result, enum rows_part part);

#endif /* BENCH_REPORT_ROWS_H */
