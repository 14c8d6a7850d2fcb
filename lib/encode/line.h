/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes one line of text for a terminal. A line that is longer than the limit of columns is cut,
 * and ends with "...". Control characters from a process are escaped, so that a process cannot
 * control the terminal.
 *
 * No function checks for room in the buffer: each byte of a process takes at most ET_LINE_BYTE_MAX
 * bytes, and each field ET_LINE_FIELD_MAX more.
 */
#ifndef ET_ENCODE_LINE_H
#define ET_ENCODE_LINE_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#define ET_LINE_BYTE_MAX  4 /* an escaped byte: \xNN */
#define ET_LINE_FIELD_MAX 8 /* quotes around a field */

/* Limit of a line that is never cut. */
#define ET_LINE_ENDLESS (~0u)

/* Colours and styles of text, as terminal escape sequences (SGR). */
enum et_line_color {
	ET_LINE_PLAIN,
	ET_LINE_BOLD,
	ET_LINE_DIM,
	ET_LINE_RED,
	ET_LINE_GREEN,
	ET_LINE_YELLOW,
	ET_LINE_MAGENTA,
	ET_LINE_CYAN,
	ET_LINE_ALARM,
	ET_LINE_COLORS,
};

/* Bytes of the longest escape sequence of a colour. */
#define ET_LINE_COLOR_MAX 8

struct et_line {
	char *p;               /* end of the written text */
	unsigned int col;      /* columns of the written text */
	unsigned int limit;    /* largest number of columns */
	const char *mark;      /* text at the end of a line or cell that is cut: "..." or "+" */
	char *cut;             /* last position where the mark fits */
	unsigned int cut_col;  /* column of this position */
	unsigned int cell_end; /* column where the current cell ends */
	bool full;             /* true if the line is cut: nothing can be added */
	bool color;            /* true if colours are written */
	bool ascii;            /* true if all characters that are not ASCII are escaped */
	bool colored;          /* true while a colour is on */
};

/* Begin a line at @p. @limit: largest number of columns, at least 4, or ET_LINE_ENDLESS. */
void et_line_begin(struct et_line *l, char *p, unsigned int limit, bool color, bool ascii);

/* End the line with a newline. Return the end of the output. */
char *et_line_end(struct et_line *l);

/*
 * Begin a cell of @width columns. A text that is longer than the cell is cut and ends with "+",
 * unless the line has no limit. et_line_cell_end() fills the cell with spaces; it needs @saved.
 * Cells do not nest.
 */
void et_line_cell(struct et_line *l, unsigned int width, struct et_line *saved);
void et_line_cell_end(struct et_line *l, const struct et_line *saved);

/* Set the colour of the following text; ET_LINE_PLAIN ends a colour. */
void et_line_color(struct et_line *l, enum et_line_color color);

/* Add text of eventstrace itself, not of a process: ASCII without control characters. */
void et_line_put(struct et_line *l, const char *text);

void et_line_u64(struct et_line *l, __u64 v);
void et_line_s64(struct et_line *l, __s64 v);

/* Add @text, with spaces before it so that both take @width columns. */
void et_line_right(struct et_line *l, const char *text, unsigned int width);

/*
 * Add bytes of a process. Control characters and invalid UTF-8 are escaped as \xNN, \n, \r or \t,
 * and a backslash as \\.
 */
void et_line_bytes(struct et_line *l, const char *data, size_t n);

/* Add bytes of a process as one word of a shell, in quotes if a shell needs them. */
void et_line_word(struct et_line *l, const char *data, size_t n);

/*
 * Add NUL-terminated strings as words with spaces between. The last string may lack its terminating
 * 0.
 */
void et_line_words(struct et_line *l, const char *data, size_t n);

#endif /* ET_ENCODE_LINE_H */
