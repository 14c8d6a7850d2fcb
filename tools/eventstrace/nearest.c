/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/nearest.h"

#include <stdbool.h>
#include <string.h>

#define LEN_MAX 48

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

static bool same(char a, char b)
{
	return nearest_fold(a) == nearest_fold(b);
}

/* The number of typing mistakes: the optimal string alignment distance. */
static unsigned int distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	unsigned int rows[3][LEN_MAX + 1] = { 0 };
	unsigned int *above2 = rows[0], *above = rows[1], *row = rows[2];

	for (unsigned int j = 0; j <= b_len; j++)
		above[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		unsigned int *oldest = above2;

		row[0] = (unsigned int)i;
		for (size_t j = 1; j <= b_len; j++) {
			row[j] = above[j - 1] + !same(a[i - 1], b[j - 1]);
			row[j] = least(row[j], least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
				row[j] = least(row[j], above2[j - 2] + 1);
		}
		above2 = above;
		above = row;
		row = oldest;
	}
	return above[b_len];
}

void nearest_try(struct nearest *n, const char *text, size_t len, const char *name)
{
	size_t name_len = strlen(name);
	unsigned int d;

	if (!len || len > LEN_MAX || name_len > LEN_MAX)
		return;
	d = distance(text, len, name, name_len);
	if (d > (len < name_len ? name_len : len) / 3 || (n->name && d >= n->distance))
		return;
	n->name = name;
	n->distance = d;
}
