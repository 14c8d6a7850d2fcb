/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows of a caller's array, whose struct may be of an older or a newer version. */
#ifndef ET_ROWS_H
#define ET_ROWS_H

#include <stddef.h>
#include <string.h>

/**
 * et_row_put() - write a row as far as the caller knows its struct
 * @rows:	the caller's array
 * @n:		which row
 * @row_size:	bytes of the caller's struct
 * @row:	today's row; the caller's further bytes become 0
 * @size:	its bytes
 */
static inline void et_row_put(void *rows, size_t n, size_t row_size, const void *row, size_t size)
{
	char *to = (char *)rows + n * row_size;

	memset(to, 0, row_size);
	memcpy(to, row, size < row_size ? size : row_size);
}

#endif /* ET_ROWS_H */
