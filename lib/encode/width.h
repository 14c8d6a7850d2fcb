/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds the UTF-8 characters of a text, how many columns of a terminal each takes, and which of
 * them are control characters.
 */
#ifndef ET_ENCODE_WIDTH_H
#define ET_ENCODE_WIDTH_H

#include <stddef.h>

/* How a terminal treats a character. */
enum et_char_kind {
	ET_CHAR_SHOWN, /* printable: the terminal shows it in et_char.width columns */
	/* control or invisible character: the terminal shows nothing, or obeys it */
	ET_CHAR_CONTROL,
	ET_CHAR_INVALID, /* the bytes are not valid UTF-8 */
};

struct et_char {
	enum et_char_kind kind;
	unsigned int bytes; /* length of the character in bytes, 1 to 4 */
	/* number of columns, 0 to 2; 0: the terminal draws it onto the character before */
	unsigned int width;
};

/* Decode the character at @p, and read at most @n bytes. @n is at least 1. */
struct et_char et_char_at(const char *p, size_t n);

#endif /* ET_ENCODE_WIDTH_H */
