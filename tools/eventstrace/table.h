/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text in columns: cells are added one by one, and printed when the widest of each is known.
 */
#ifndef TOOLS_EVENTSTRACE_TABLE_H
#define TOOLS_EVENTSTRACE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct table {
	size_t columns;
	uint32_t right; /* columns that are aligned to the right, as a mask of 1 << index */
	char **cells;
	size_t count;
	int error; /* of table_cell() */
};

#define TABLE_INIT(columns_, right_) { .columns = (columns_), .right = (right_) }

/*
 * Add the next cell, of the same row or the first of a new one. When memory runs out the table
 * remembers it, and table_print() fails.
 */
void table_cell(struct table *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Print the rows. Return: 0 or -ENOMEM, and then nothing was printed. */
int table_print(const struct table *t, FILE *out);

void table_free(struct table *t);

#endif /* TOOLS_EVENTSTRACE_TABLE_H */
