/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One line of text for a terminal, with a limit of columns. A function writes nothing beyond the
 * limit: the line then ends with "...". No byte of a process reaches the terminal as a control.
 *
 * No function checks for room: each byte of a process takes at most ET_LINE_BYTE_MAX bytes, and
 * each field ET_LINE_FIELD_MAX more.
 */
#ifndef ET_ENCODE_LINE_H
#define ET_ENCODE_LINE_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#define ET_LINE_BYTE_MAX  4
#define ET_LINE_FIELD_MAX 8

/* Columns without a limit. */
#define ET_LINE_ENDLESS (~0u)

/* The colours in use: SGR sequences, and no others. */
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

/* Largest length of such a sequence in bytes. */
#define ET_LINE_COLOR_MAX 8

struct et_line {
	char *p;            /* end of the line so far */
	unsigned int col;   /* columns so far */
	unsigned int limit; /* columns that the line may take */
	const char *mark;   /* ends a line that is cut; ASCII */
	char *cut;          /* where the mark has room */
	unsigned int cut_col;
	unsigned int cell_end; /* column where the cell ends */
	bool full;             /* the mark is written */
	bool color;            /* write colours */
	bool ascii;            /* escape all other characters: the terminal may not know UTF-8 */
	bool colored;          /* a colour is on */
};

/* Begin a line at @p. @limit: columns, at least 4. */
void et_line_begin(struct et_line *l, char *p, unsigned int limit, bool color, bool ascii);

/* End it with a newline. Return the end of the output. */
char *et_line_end(struct et_line *l);

/*
 * Begin a cell of @width columns: what does not fit is cut, with a "+" at its end. A line
 * without a limit cuts nothing. @saved keeps the state for et_line_cell_end(), which fills the cell
 * with spaces. Cells do not nest.
 */
void et_line_cell(struct et_line *l, unsigned int width, struct et_line *saved);
void et_line_cell_end(struct et_line *l, const struct et_line *saved);

/* Add a colour for what follows; ET_LINE_PLAIN ends it. */
void et_line_color(struct et_line *l, enum et_line_color color);

/* Add text of the program itself: ASCII without control characters. */
void et_line_put(struct et_line *l, const char *text);

void et_line_u64(struct et_line *l, __u64 v);
void et_line_s64(struct et_line *l, __s64 v);

/* Add @text at the right of @width columns. */
void et_line_right(struct et_line *l, const char *text, unsigned int width);

/*
 * Add bytes of a process. Bytes that a terminal would obey are escaped as \xNN, \n, \r or \t, and a
 * backslash as \\.
 */
void et_line_bytes(struct et_line *l, const char *data, size_t n);

/* Add bytes of a process as one word of a shell: in quotes if they need any. */
void et_line_word(struct et_line *l, const char *data, size_t n);

/* Add NUL-terminated strings as words with spaces between them. The last may lack its NUL. */
void et_line_words(struct et_line *l, const char *data, size_t n);

#endif /* ET_ENCODE_LINE_H */
