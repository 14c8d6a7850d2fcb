/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Characters as a terminal shows them: which bytes are one, how many columns it takes, and whether
 * the terminal would obey it.
 */
#ifndef ET_ENCODE_WIDTH_H
#define ET_ENCODE_WIDTH_H

#include <stddef.h>

/* A character's effect on a line. */
enum et_char_kind {
	ET_CHAR_SHOWN,   /* it takes its width in columns; 0: it is drawn onto the one before */
	ET_CHAR_CONTROL, /* a terminal obeys it, or it is invisible */
	ET_CHAR_INVALID, /* the first byte is not UTF-8 */
};

struct et_char {
	enum et_char_kind kind;
	unsigned int bytes; /* 1 to 4 */
	unsigned int width; /* columns, 0 to 2 */
};

/* The character at @p, which has @n bytes, at least one. Never reads beyond them. */
struct et_char et_char_at(const char *p, size_t n);

#endif /* ET_ENCODE_WIDTH_H */
