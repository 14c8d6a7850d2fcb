/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE /* vasprintf */
#include "tools/eventstrace/table.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define GAP "  "

static int push(struct table *t, char *cell)
{
	char **cells = reallocarray(t->cells, t->count + 1, sizeof(*cells));

	if (!cells)
		return -ENOMEM;
	t->cells = cells;
	t->cells[t->count++] = cell;
	return 0;
}

void table_cell(struct table *t, const char *fmt, ...)
{
	char *cell;
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vasprintf(&cell, fmt, ap);
	va_end(ap);
	if (len < 0) {
		t->error = -ENOMEM;
		return;
	}
	if (push(t, cell)) {
		t->error = -ENOMEM;
		free(cell);
	}
}

/* Number of characters: continuation bytes of UTF-8 do not count. */
static int text_width(const char *text)
{
	int width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

static int column_width(const struct table *t, size_t column)
{
	int width = 0;

	for (size_t i = column; i < t->count; i += t->columns) {
		int len = text_width(t->cells[i]);

		width = len > width ? len : width;
	}
	return width;
}

int table_print(const struct table *t, FILE *out)
{
	if (t->error)
		return t->error;
	for (size_t i = 0; i < t->count; i++) {
		size_t column = i % t->columns;
		bool right = t->right >> column & 1, last = column == t->columns - 1;
		int width = last && !right ? 0 : column_width(t, column);
		int pad = width ? width - text_width(t->cells[i]) : 0;

		/* Print no blanks after the last text of a line. */
		if (!last || *t->cells[i])
			fprintf(out, "%s%*s%s%*s", column ? GAP : "", right ? pad : 0, "",
				t->cells[i], right ? 0 : pad, "");
		if (last)
			fputc('\n', out);
	}
	return 0;
}

void table_free(struct table *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->cells[i]);
	free(t->cells);
	t->cells = NULL;
	t->count = 0;
}
