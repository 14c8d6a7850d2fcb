/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/report/rows.h"

#include <string.h>

/* A run with at most so many rows shows all of them. */
#define ROWS_UNFOLDED 8

/* The text of a row in a table is shorter than its description in the result. */
static const struct {
	const char *name;
	bool is_main;
	const char *meaning;
} known_rows[] = {
	{ "control", true, "no tracer" },
	{ "floor", true, "an empty record: no format is faster" },
	{ "before-159", false, "fixed slots, smaller caps and rings: EventsTrace before 159" },
	{ "fixed", true, "fixed slots; each event wakes the reader" },
	{ "fixed-adaptive", false, "fixed slots; few wake-ups" },
	{ "seed-159", true, "packed; each event wakes the reader: EventsTrace since 159" },
	{ "varlen", true, "packed, copied into the ring; few wake-ups" },
	{ "direct", true, "packed, built in the ring; few wake-ups" },
	{ "auto", true, "the default: direct, or varlen on older kernels" },
};

#define KNOWN_ROWS (sizeof(known_rows) / sizeof(known_rows[0]))

static size_t index_of(yyjson_val *row)
{
	size_t i = 0;

	while (i < KNOWN_ROWS && strcmp(known_rows[i].name, result_str(row, "name")) != 0)
		i++;
	return i;
}

const char *row_meaning(yyjson_val *row)
{
	const size_t i = index_of(row);

	return i < KNOWN_ROWS ? known_rows[i].meaning : result_str(row, "doc");
}

static bool is_main(yyjson_val *row)
{
	const size_t i = index_of(row);

	return (i < KNOWN_ROWS && known_rows[i].is_main) || *result_str(row, "command");
}

bool row_is_in(const struct result *result, yyjson_val *row, enum rows_part part)
{
	const bool shown = yyjson_arr_size(result->rows) <= ROWS_UNFOLDED || is_main(row);

	return part == ROWS_ALL || shown == (part == ROWS_MAIN);
}

size_t rows_count(const struct result *result, enum rows_part part)
{
	size_t count = 0, i, max;
	yyjson_val *row;

	yyjson_arr_foreach(result->rows, i, max, row) count += row_is_in(result, row, part);
	return count;
}

bool rows_have_159(const struct result *result, enum rows_part part)
{
	yyjson_val *row;
	size_t i, max;

	yyjson_arr_foreach(result->rows, i, max, row)
	{
		if (row_is_in(result, row, part) && strstr(result_str(row, "name"), "-159"))
			return true;
	}
	return false;
}
