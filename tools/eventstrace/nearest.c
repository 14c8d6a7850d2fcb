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

/*
 * The number of typing mistakes: the optimal string alignment distance. If it is larger than @most,
 * the result is any larger number.
 */
static unsigned int distance(const char *a, size_t a_len, const char *b, size_t b_len,
			     unsigned int most)
{
	unsigned int rows[3][LEN_MAX + 1] = { 0 };
	unsigned int *above2 = rows[0], *above = rows[1], *row = rows[2];

	for (unsigned int j = 0; j <= b_len; j++)
		above[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		unsigned int *oldest = above2, lowest = (unsigned int)i;

		row[0] = lowest;
		for (size_t j = 1; j <= b_len; j++) {
			row[j] = above[j - 1] + !same(a[i - 1], b[j - 1]);
			row[j] = least(row[j], least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
				row[j] = least(row[j], above2[j - 2] + 1);
			lowest = least(lowest, row[j]);
		}
		/* No number of a later row is lower than this. */
		if (lowest > most)
			return most + 1;
		above2 = above;
		above = row;
		row = oldest;
	}
	return above[b_len];
}

void nearest_try(struct nearest *n, const char *text, size_t len, const char *name)
{
	size_t name_len = strlen(name);
	size_t longer = len < name_len ? name_len : len, shorter = len + name_len - longer;
	unsigned int d, most = (unsigned int)(longer / 3);

	if (!len || longer > LEN_MAX)
		return;
	/* Each character that only one of them has is a mistake. */
	if (longer - shorter > most)
		return;
	d = distance(text, len, name, name_len, most);
	if (d > most || (n->name && d >= n->distance))
		return;
	n->name = name;
	n->distance = d;
}
