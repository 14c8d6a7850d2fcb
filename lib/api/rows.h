/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Copies structs (rows) into an array of the caller. The caller's struct may be of another version
 * of the library, and so have another size.
 */
#ifndef ET_ROWS_H
#define ET_ROWS_H

#include <stddef.h>
#include <string.h>

/**
 * et_row_put() - write a row into the caller's array
 * @rows:	the caller's array
 * @n:		index of the row
 * @row_size:	size in bytes of a row in the caller's array
 * @row:	the row, as this version's struct
 * @size:	size in bytes of @row
 *
 * If the caller's rows are shorter than @row, the row is cut. If they are longer, the rest becomes
 * 0.
 */
static inline void et_row_put(void *rows, size_t n, size_t row_size, const void *row, size_t size)
{
	char *to = (char *)rows + n * row_size;

	memset(to, 0, row_size);
	memcpy(to, row, size < row_size ? size : row_size);
}

#endif /* ET_ROWS_H */
