/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints large numbers of a JSON line as strings, for parsers that use floating point. */
#ifndef ET_ENCODE_BIG_NUMBERS_H
#define ET_ENCODE_BIG_NUMBERS_H

#include <stddef.h>

#include "lib/include/eventstrace.h"

/* Largest number of bytes by which et_big_numbers_apply() makes a line of the encoder longer. */
#define ET_BIG_NUMBERS_EXTRA 2048

/**
 * et_big_numbers_apply() - print numbers that are too large for a double as strings
 * @numbers:	ET_NUMBERS_BOTH or ET_NUMBERS_STRING
 * @line:	line of the JSON encoder, with a newline
 * @len:	length of @line in bytes
 * @out:	receives the changed line; may be in the same buffer as @line, but must then begin
 *		ET_BIG_NUMBERS_EXTRA bytes before @line
 *
 * Changes numbers above 2^53 or below -2^53 only.
 *
 * Return: the new length of the line in bytes.
 */
size_t et_big_numbers_apply(enum et_numbers numbers, const char *line, size_t len, char *out);

#endif /* ET_ENCODE_BIG_NUMBERS_H */
