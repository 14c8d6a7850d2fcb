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

#define ET_LINE_BYTE_MAX 4 /* length in bytes of an escaped byte, \xNN */
/* upper bound in bytes of the quotes around a field, such as $'...' */
#define ET_LINE_FIELD_MAX 8

/* Value of et_line.limit for a line that is never cut. */
#define ET_LINE_ENDLESS (~0u)

/* Colours and styles of text. Terminals receive them as escape sequences (SGR). */
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

/* Length in bytes of the longest escape sequence that sets a colour. */
#define ET_LINE_COLOR_MAX 8

struct et_line {
	char *p;          /* where the next text is written */
	unsigned int col; /* number of columns that the text so far takes */
	/* number of columns after which the line or the current cell is cut */
	unsigned int limit;
	const char *mark;      /* text at the end of a cut line ("...") or a cut cell ("+") */
	char *cut;             /* where `mark` is written if the line or cell is cut */
	unsigned int cut_col;  /* number of columns before the position `cut` */
	unsigned int cell_end; /* column where the current cell ends */
	bool full;             /* true after the line was cut: nothing more is added */
	bool color;            /* true if colours may be used */
	bool ascii;            /* true if each character that is not ASCII is escaped */
	bool colored;          /* true while a colour other than ET_LINE_PLAIN is set */
};

/*
 * Begin a line, which is written at @p. @limit is its largest number of columns, at least 4, or
 * ET_LINE_ENDLESS.
 */
void et_line_begin(struct et_line *l, char *p, unsigned int limit, bool color, bool ascii);

/* End the line with a newline. Return the address after the newline. */
char *et_line_end(struct et_line *l);

/*
 * et_line_cell() begins a cell of @width columns, and saves the line's limit in @saved. A text
 * longer than the cell is cut and ends with "+". If lines have no limit, no cell is cut.
 * et_line_cell_end() fills the rest of the cell with spaces, and restores the line's limit. A cell
 * cannot contain another cell.
 */
void et_line_cell(struct et_line *l, unsigned int width, struct et_line *saved);
void et_line_cell_end(struct et_line *l, const struct et_line *saved);

/* Set the colour of the text that follows. ET_LINE_PLAIN ends the colour. */
void et_line_color(struct et_line *l, enum et_line_color color);

/*
 * Add text that a process cannot influence, such as a column's name. It must be ASCII without
 * control characters.
 */
void et_line_put(struct et_line *l, const char *text);

void et_line_u64(struct et_line *l, __u64 v);
void et_line_s64(struct et_line *l, __s64 v);

/* Add @text right-aligned: with spaces before it, it takes @width columns. */
void et_line_right(struct et_line *l, const char *text, unsigned int width);

/*
 * Add bytes that come from a process. Control characters and invalid UTF-8 are escaped as \xNN, \n,
 * \r or \t, and a backslash as \\.
 */
void et_line_bytes(struct et_line *l, const char *data, size_t n);

/* Add bytes that come from a process as one word for a shell, in quotes if a shell needs quotes. */
void et_line_word(struct et_line *l, const char *data, size_t n);

/*
 * Add NUL-terminated strings as words for a shell, with spaces between them. The last string may
 * have no terminating 0.
 */
void et_line_words(struct et_line *l, const char *data, size_t n);

#endif /* ET_ENCODE_LINE_H */
