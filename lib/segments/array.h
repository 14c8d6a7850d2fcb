/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Grows arrays. An array needs no variable for its capacity, which follows from its number of
 * elements.
 */
#ifndef ET_SEGMENTS_ARRAY_H
#define ET_SEGMENTS_ARRAY_H

#include <stdbool.h>
#include <stddef.h>

/**
 * et_array_grow() - make room for one more element
 * @array:	address of the pointer to the array, which malloc(3) has made; NULL if @count is 0
 * @count:	number of elements; all of them were added after a call of this function
 * @size:	bytes of an element
 *
 * Return: false if there is no memory; the array is as before.
 */
bool et_array_grow(void **array, size_t count, size_t size);

#endif /* ET_SEGMENTS_ARRAY_H */
