/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/encode/line.h"

#include <string.h>

#include "lib/encode/numbers.h"
#include "lib/encode/width.h"

static const char *const colors[ET_LINE_COLORS] = {
	[ET_LINE_PLAIN] = "\033[0m",    [ET_LINE_BOLD] = "\033[1m",
	[ET_LINE_DIM] = "\033[2m",      [ET_LINE_RED] = "\033[31m",
	[ET_LINE_GREEN] = "\033[32m",   [ET_LINE_YELLOW] = "\033[33m",
	[ET_LINE_MAGENTA] = "\033[35m", [ET_LINE_CYAN] = "\033[36m",
	[ET_LINE_ALARM] = "\033[1;31m",
};

void et_line_begin(struct et_line *l, char *p, unsigned int limit, bool color, bool ascii)
{
	*l = (struct et_line){
		.p = p,
		.limit = limit,
		.mark = "...",
		.cut = p,
		.color = color,
		.ascii = ascii,
	};
}

/*
 * If the line is cut later, it ends with a mark such as "...". Remember the last position in the
 * line where the mark has room.
 */
static inline void remember_cut(struct et_line *l)
{
	if (l->limit - l->col < strlen(l->mark))
		return;
	l->cut = l->p;
	l->cut_col = l->col;
}

/* Cut the line: write the mark, such as "...", at the remembered position. */
static void cut(struct et_line *l)
{
	size_t len = strlen(l->mark);

	memcpy(l->cut, l->mark, len);
	l->p = l->cut + len;
	l->col = l->cut_col + (unsigned int)len;
	l->full = true;
	/* The cut may have removed the sequence that ends a colour: et_line_end() then adds one. */
	l->colored = l->color;
}

/* Add one character, or one escape such as \x1b. It is added as a whole or not at all. */
static inline void put_unit(struct et_line *l, const char *text, size_t bytes, unsigned int width)
{
	if (l->full)
		return;
	if (width > l->limit - l->col) {
		cut(l);
		return;
	}
	for (size_t i = 0; i < bytes; i++)
		*l->p++ = text[i];
	l->col += width;
	remember_cut(l);
}

char *et_line_end(struct et_line *l)
{
	l->full = false;
	if (l->colored)
		et_line_color(l, ET_LINE_PLAIN);
	*l->p++ = '\n';
	return l->p;
}

void et_line_cell(struct et_line *l, unsigned int width, struct et_line *saved)
{
	*saved = *l;
	l->cell_end = l->col + width;
	/*
	 * Set no limit for the cell if lines have none, if the line is full, or if the line's own
	 * limit comes first.
	 */
	if (l->full || l->limit == ET_LINE_ENDLESS || width >= l->limit - l->col)
		return;
	l->limit = l->cell_end;
	l->mark = "+";
	remember_cut(l);
}

void et_line_cell_end(struct et_line *l, const struct et_line *saved)
{
	if (l->limit == saved->limit) {
		/*
		 * The cell has no limit of its own. Fill it with spaces up to its width, or up to
		 * the end of the line if that comes first.
		 */
		while (l->col < l->cell_end && !l->full)
			put_unit(l, " ", 1, 1);
		return;
	}
	for (; l->col < l->limit; l->col++)
		*l->p++ = ' ';
	l->limit = saved->limit;
	l->mark = saved->mark;
	l->full = saved->full;
	l->cut = saved->cut;
	l->cut_col = saved->cut_col;
	remember_cut(l);
}

void et_line_color(struct et_line *l, enum et_line_color color)
{
	size_t len = strlen(colors[color]);

	if (!l->color || l->full)
		return;
	memcpy(l->p, colors[color], len);
	l->p += len;
	l->colored = color != ET_LINE_PLAIN;
	/*
	 * If the line is cut at this position, the mark ("...") comes after this colour's escape
	 * sequence.
	 */
	if (l->cut_col == l->col)
		l->cut = l->p;
}

void et_line_put(struct et_line *l, const char *text)
{
	for (; *text; text++)
		put_unit(l, text, 1, 1);
}

void et_line_u64(struct et_line *l, __u64 v)
{
	char text[ET_MAX_U64 + 1];

	*et_put_u64(text, v) = '\0';
	et_line_put(l, text);
}

void et_line_s64(struct et_line *l, __s64 v)
{
	char text[ET_MAX_S64 + 1];

	*et_put_s64(text, v) = '\0';
	et_line_put(l, text);
}

void et_line_right(struct et_line *l, const char *text, unsigned int width)
{
	for (size_t len = strlen(text); len < width; len++)
		put_unit(l, " ", 1, 1);
	et_line_put(l, text);
}

/* Add all bytes of a character as escapes: \xNN, \n, \r or \t. */
static void put_escaped(struct et_line *l, const char *data, unsigned int bytes)
{
	static const char digits[] = "0123456789abcdef";

	for (unsigned int i = 0; i < bytes; i++) {
		unsigned char c = (unsigned char)data[i];
		const char hex[] = { '\\', 'x', digits[c >> 4], digits[c & 15] };

		switch (c) {
		case '\n':
			put_unit(l, "\\n", 2, 2);
			break;
		case '\r':
			put_unit(l, "\\r", 2, 2);
			break;
		case '\t':
			put_unit(l, "\\t", 2, 2);
			break;
		default:
			put_unit(l, hex, 4, 4);
			break;
		}
	}
}

typedef signed char vec16 __attribute__((vector_size(16)));

/* True if a byte of @v is not 0. */
static inline bool has_any(vec16 v)
{
	__u64 parts[2];

	memcpy(parts, &v, sizeof(parts));
	return parts[0] | parts[1];
}

/*
 * Number of bytes at the beginning of @data, in steps of 16, that are printable ASCII, but no
 * backslash and no single quote. As signed numbers, 0x80 to 0xff are less than 0x20.
 */
static size_t plain_bytes(const char *data, size_t n)
{
	size_t at = 0;
	vec16 v;

	for (; n - at >= sizeof(v); at += sizeof(v)) {
		memcpy(&v, data + at, sizeof(v));
		if (has_any((vec16)((v < 0x20) | (v == 0x7f) | (v == '\\') | (v == '\''))))
			break;
	}
	return at;
}

/*
 * Add the plain bytes at the beginning of @data at once, if the line has room for them and for its
 * mark. Return: the number of bytes added.
 */
static size_t put_plain(struct et_line *l, const char *data, size_t n)
{
	size_t room = l->limit - l->col, mark = strlen(l->mark), plain;

	if (room <= mark)
		return 0;
	plain = plain_bytes(data, n < room - mark ? n : room - mark);
	if (!plain)
		return 0;
	memcpy(l->p, data, plain);
	l->p += plain;
	l->col += (unsigned int)plain;
	remember_cut(l);
	return plain;
}

static bool is_shown(const struct et_line *l, const struct et_char *c)
{
	return c->kind == ET_CHAR_SHOWN && (c->bytes == 1 || !l->ascii);
}

void et_line_bytes(struct et_line *l, const char *data, size_t n)
{
	while (n && !l->full) {
		size_t plain = put_plain(l, data, n);
		struct et_char c;

		data += plain;
		n -= plain;
		if (!n)
			break;
		c = et_char_at(data, n);
		if (*data == '\\')
			put_unit(l, "\\\\", 2, 2);
		else if (is_shown(l, &c))
			put_unit(l, data, c.bytes, c.width);
		else
			put_escaped(l, data, c.bytes);
		data += c.bytes;
		n -= c.bytes;
	}
}

/* How to quote a word, so that a user can paste it into a shell. */
enum quoting {
	QUOTE_NONE,
	QUOTE_PLAIN,  /* in quotes, such as 'a b' */
	QUOTE_ESCAPED /* in quotes with escapes, such as $'a\nb' */
};

#define IS_BETWEEN(c, first, last) (((c) >= (first)) & ((c) <= (last)))

/*
 * Not 0 for a character that needs no quotes in a shell: a letter, a digit, or one of %+,-./:=@^_.
 * @c is a signed character, or a vector of them.
 */
#define IS_SAFE(c)                                                                     \
	(IS_BETWEEN(c, '+', ':') | IS_BETWEEN(c, '@', 'Z') | IS_BETWEEN(c, '^', '_') | \
	 IS_BETWEEN(c, 'a', 'z') | ((c) == '%') | ((c) == '='))

/* Number of bytes at the beginning of @data, in steps of 16, that need no quotes in a shell. */
static size_t safe_bytes(const char *data, size_t n)
{
	size_t at = 0;
	vec16 v;

	for (; n - at >= sizeof(v); at += sizeof(v)) {
		memcpy(&v, data + at, sizeof(v));
		if (has_any(~(vec16)IS_SAFE(v)))
			break;
	}
	return at;
}

static enum quoting quoting_of(const struct et_line *l, const char *data, size_t n)
{
	enum quoting q = n ? QUOTE_NONE : QUOTE_PLAIN;

	while (n) {
		size_t run = q == QUOTE_NONE ? safe_bytes(data, n) : plain_bytes(data, n);
		struct et_char c;

		data += run;
		n -= run;
		if (!n)
			break;
		c = et_char_at(data, n);
		if (!is_shown(l, &c))
			return QUOTE_ESCAPED;
		if (c.bytes == 1 && !IS_SAFE(*data))
			q = QUOTE_PLAIN;
		data += c.bytes;
		n -= c.bytes;
	}
	return q;
}

void et_line_word(struct et_line *l, const char *data, size_t n)
{
	enum quoting q = l->full ? QUOTE_NONE : quoting_of(l, data, n);

	et_line_put(l, q == QUOTE_ESCAPED ? "$'" : q == QUOTE_PLAIN ? "'" : "");
	while (n && !l->full) {
		size_t plain = put_plain(l, data, n);
		struct et_char c;

		data += plain;
		n -= plain;
		if (!n)
			break;
		c = et_char_at(data, n);
		if (!is_shown(l, &c))
			put_escaped(l, data, c.bytes);
		else if (*data == '\'')
			et_line_put(l, q == QUOTE_ESCAPED ? "\\'" : "'\\''");
		else if (*data == '\\' && q == QUOTE_ESCAPED)
			et_line_put(l, "\\\\");
		else
			put_unit(l, data, c.bytes, c.width);
		data += c.bytes;
		n -= c.bytes;
	}
	et_line_put(l, q == QUOTE_NONE ? "" : "'");
}

void et_line_words(struct et_line *l, const char *data, size_t n)
{
	const char *space = "";

	while (n && !l->full) {
		size_t len = strnlen(data, n);

		et_line_put(l, space);
		et_line_word(l, data, len);
		len += len < n;
		data += len;
		n -= len;
		space = " ";
	}
}
