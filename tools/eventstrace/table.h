/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints text in columns. Cells are added one by one, and printed when all widths are known. */
#ifndef TOOLS_EVENTSTRACE_TABLE_H
#define TOOLS_EVENTSTRACE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct table {
	size_t columns;
	uint32_t right; /* mask of right-aligned columns: 1 << index */
	char **cells;
	size_t count;
	int error; /* negative errno of table_cell(); 0: none */
};

#define TABLE_INIT(columns_, right_) { .columns = (columns_), .right = (right_) }

/*
 * Add the next cell to the row, or to a new row if the row is complete. If memory runs out, the
 * table stores the error, and table_print() fails.
 */
void table_cell(struct table *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Print the rows. Return: 0; -ENOMEM: nothing was printed. */
int table_print(const struct table *t, FILE *out);

void table_free(struct table *t);

#endif /* TOOLS_EVENTSTRACE_TABLE_H */
