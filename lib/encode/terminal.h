/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A simulated terminal for tests, with its own decoder of UTF-8. It accepts text, newlines and the
 * control sequences that this project prints. The test fails on all other control characters of C0
 * and C1 (C1 as one byte, or in UTF-8). It also fails on invisible characters, on those that change
 * the direction of writing, and on invalid UTF-8.
 */
#ifndef ET_ENCODE_TERMINAL_H
#define ET_ENCODE_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What a shown text may contain besides printable characters. TERMINAL_ASCII instead forbids all
 * characters that are not ASCII.
 */
enum terminal_allowed {
	TERMINAL_LINES = 1 << 0,   /* newlines, when no colour is set */
	TERMINAL_COLORS = 1 << 1,  /* the colours of text, and bold */
	TERMINAL_SCREENS = 1 << 2, /* the sequences that paint a screen of --top */
	TERMINAL_ASCII = 1 << 3,   /* only ASCII, as for a terminal without UTF-8 */
};

struct terminal {
	unsigned int widest;     /* columns of the widest line */
	unsigned long lines;     /* number of newlines */
	unsigned long sequences; /* number of control sequences in all texts that were shown */
	char plain[1 << 20];     /* the text without control sequences */
	size_t plain_len;
};

/*
 * Show a text of at most sizeof(terminal.plain) bytes. @allowed: a mask of enum terminal_allowed.
 */
void terminal_show(struct terminal *t, const char *text, size_t size, unsigned int allowed);

#endif /* ET_ENCODE_TERMINAL_H */
