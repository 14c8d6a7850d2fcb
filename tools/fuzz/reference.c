/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/fuzz/reference.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/wire/schema.h"
#include "tools/fuzz/require.h"

/* ---- the schema, as rows ------------------------------------------------------------------ */

enum op { END, FIELD, ENUM, SUB, PAD, PAD_UNTIL, VAR, SINCE, RING_WAS };

struct row {
	enum op op;
	/*
	 * kind of a field; or name of an enum, struct, type of variable-length field, or ring class
	 */
	const char *kind;
	const char *was; /* kind of the field before the generation */
	const char *name;
	unsigned int generation;
	unsigned int bytes;
};

#define NAMED(op_, kind_, name_)   { .op = (op_), .kind = (kind_), .name = (name_) },
#define ET_STRUCT_BEGIN(name, doc) static const struct row rows_##name[] = {
#define ET_STRUCT_END(name) \
	{                   \
		.op = END   \
	}                   \
	}                   \
	;
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) ET_STRUCT_BEGIN(name, doc)
#define ET_EVENT_END(name)                                        ET_STRUCT_END(name)
#define ET_SYNTHETIC_BEGIN(id, NAME, name, doc)                   ET_STRUCT_BEGIN(name, doc)
#define ET_SYNTHETIC_END(name)                                    ET_STRUCT_END(name)
#define ET_FIELD(owner, KIND, name_, doc)                         NAMED(FIELD, #KIND, #name_)
#define ET_ENUM(owner, enum_, name_, doc)                         NAMED(ENUM, #enum_, #name_)
#define ET_SUB(owner, type, name_, doc)                           NAMED(SUB, #type, #name_)
#define ET_VAR(owner, NAME, name_, doc)                           NAMED(VAR, #NAME, #name_)
#define ET_PAD(owner, n, bytes_)                                  { .op = PAD, .bytes = (bytes_) },
#define ET_PAD_UNTIL(owner, until, bytes_) \
	{ .op = PAD_UNTIL, .generation = (until), .bytes = (bytes_) },
#define ET_SINCE(owner, since)         { .op = SINCE, .generation = (since) },
#define ET_RING_WAS(owner, since, WAS) { .op = RING_WAS, .generation = (since), .kind = #WAS },
#define ET_FIELD_WAS(owner, since, WAS, KIND, name_, doc) \
	{ .op = FIELD, .generation = (since), .was = #WAS, .kind = #KIND, .name = #name_ },
#include "lib/wire/schema.def"

static const struct named_rows {
	const char *name;
	const struct row *rows;
} structs[] = {
#define ET_STRUCT_BEGIN(name, doc) { #name, rows_##name },
#include "lib/wire/schema.def"
};

static const struct top {
	unsigned int id;
	const char *name;
	const char *ring; /* ring class; NULL for a synthetic record */
	const struct row *rows;
} tops[] = {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) \
	{ (id), #NAME, #RING, rows_##name },
#include "lib/wire/schema.def"
#define ET_SYNTHETIC_BEGIN(id, NAME, name, doc) { ET_SYNTHETIC + (id), #NAME, NULL, rows_##name },
#include "lib/wire/schema.def"
};

static const struct var_type {
	unsigned int id;
	const char *name;
	const char *kind;
	__u32 cap;
} var_types[] = {
#define ET_VAR_TYPE(id, NAME, KIND, cap, doc) { (id), #NAME, #KIND, (cap) },
#include "lib/wire/schema.def"
};

static const struct enum_value {
	const char *of;
	unsigned int number;
	const char *name;
} enum_values[] = {
#define ET_ENUM_VALUE(ENUM, enum_, number, NAME, doc) { #enum_, (number), #NAME },
#include "lib/wire/schema.def"
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static bool is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static const struct row *rows_of(const char *name)
{
	for (size_t i = 0; i < COUNT(structs); i++)
		if (is(structs[i].name, name))
			return structs[i].rows;
	abort();
}

static const struct var_type *var_type_of(const char *name)
{
	for (size_t i = 0; i < COUNT(var_types); i++)
		if (is(var_types[i].name, name))
			return &var_types[i];
	abort();
}

static unsigned int ring_of(const char *name)
{
	return is(name, "LIFECYCLE") ? 0 : 1;
}

static size_t size_of(const char *kind)
{
	static const struct {
		const char *kind;
		size_t size;
	} sizes[] = {
		{ "U8", 1 },    { "BOOL", 1 },  { "RING", 1 },  { "U16", 2 },   { "MODE", 2 },
		{ "U32", 4 },   { "S32", 4 },   { "DEC32", 4 }, { "U64", 8 },   { "S64", 8 },
		{ "DEC64", 8 }, { "COMM", 16 }, { "ADDR", 16 }, { "EVENT", 2 },
	};

	for (size_t i = 0; i < COUNT(sizes); i++)
		if (is(sizes[i].kind, kind))
			return sizes[i].size;
	abort();
}

/* ---- layouts ------------------------------------------------------------------------------ */

/* Add the fields of rows to @ret. Return: the number of bytes that the rows take. */
static size_t measure(const struct row *row, unsigned int generation, struct ref_layout *ret)
{
	size_t size = 0;

	for (; row->op != END; row++) {
		switch (row->op) {
		case FIELD:
			size += size_of(row->kind);
			break;
		case ENUM:
			size++;
			break;
		case SUB:
			size += measure(rows_of(row->kind), generation, ret);
			break;
		case PAD:
			size += row->bytes;
			break;
		case PAD_UNTIL:
			size += generation < row->generation ? row->bytes : 0;
			break;
		case VAR:
			require(ret->vars < COUNT(ret->var));
			ret->var[ret->vars++] = var_type_of(row->kind)->id;
			break;
		case SINCE:
			if (generation < row->generation)
				return size;
			break;
		case RING_WAS:
			if (generation < row->generation)
				ret->ring = ring_of(row->kind);
			break;
		case END:
			break;
		}
	}
	return size;
}

int reference_layout(unsigned int n, unsigned int generation, struct ref_layout *ret)
{
	struct ref_layout layout = { 0 };

	if (n >= COUNT(tops))
		return 0;
	layout.id = tops[n].id;
	if (tops[n].ring)
		layout.ring = ring_of(tops[n].ring);
	layout.fixed = sizeof(struct et_header) + measure(tops[n].rows, generation, &layout);
	*ret = layout;
	return 1;
}

__u32 reference_cap(unsigned int var)
{
	for (size_t i = 0; i < COUNT(var_types); i++)
		if (var_types[i].id == var)
			return var_types[i].cap;
	abort();
}

/* ---- text --------------------------------------------------------------------------------- */

static char line[4 * 1024 * 1024];
static size_t used;

__attribute__((format(printf, 1, 2))) static void put(const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(line + used, sizeof(line) - used, fmt, args);
	va_end(args);
	require(n >= 0 && (size_t)n < sizeof(line) - used);
	used += (size_t)n;
}

static void put_byte(char c)
{
	require(used < sizeof(line));
	line[used++] = c;
}

/* Decode the character at @p. Return: its number of bytes, or 0 if these are not UTF-8. */
static size_t character(const unsigned char *p, size_t n, __u32 *ret)
{
	static const __u32 least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	__u32 c = p[0];
	size_t len;

	if (c < 0x80)
		len = 1;
	else if ((c & 0xe0) == 0xc0)
		len = 2;
	else if ((c & 0xf0) == 0xe0)
		len = 3;
	else if ((c & 0xf8) == 0xf0)
		len = 4;
	else
		return 0;
	if (len > n)
		return 0;
	if (len > 1)
		c &= 0xffu >> (len + 1);
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*ret = c;
	return len;
}

/* True if the output represents a byte by this character: U+10FE80 to U+10FEFF. */
static bool is_mark(__u32 c)
{
	return c >= 0x10fe80 && c <= 0x10feff;
}

/* True for control characters, and for characters that change the direction of text. */
static bool is_obeyed(__u32 c)
{
	static const struct {
		__u32 first, last;
	} ranges[] = {
		{ 0, 0x1f },        { 0x7f, 0x9f },     { 0x61c, 0x61c },
		{ 0x200e, 0x200f }, { 0x202a, 0x202e }, { 0x2066, 0x2069 },
	};

	for (size_t i = 0; i < COUNT(ranges); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

static void put_character(__u32 c, const unsigned char *p, size_t len)
{
	static const char letters[] = "\"\"\\\\\bb\tt\nn\ff\rr";

	for (size_t i = 0; letters[i]; i += 2) {
		if (c == (unsigned char)letters[i]) {
			put("\\%c", letters[i + 1]);
			return;
		}
	}
	if (is_obeyed(c))
		put("\\u%04x", c);
	else
		while (len--)
			put_byte((char)*p++);
}

static void put_string(const char *text, size_t n)
{
	const unsigned char *p = (const unsigned char *)text;

	put_byte('"');
	while (n) {
		__u32 c = 0;
		size_t len = character(p, n, &c);

		if (!len || is_mark(c)) {
			/* JSON escapes this character as two surrogates. */
			c = 0x10fe00u + *p - 0x10000u;
			put("\\u%04x\\u%04x", 0xd800 + (c >> 10), 0xdc00 + (c & 0x3ff));
			len = 1;
		} else {
			put_character(c, p, len);
		}
		p += len;
		n -= len;
	}
	put_byte('"');
}

/* Each string ends with a NUL, but the last string may lack it. */
static void put_list(const char *text, size_t n)
{
	put_byte('[');
	for (size_t at = 0; at < n;) {
		size_t len = strnlen(text + at, n - at);

		if (at)
			put_byte(',');
		put_string(text + at, len);
		at += len + 1;
	}
	put_byte(']');
}

static void put_address(const char *bytes)
{
	char text[INET6_ADDRSTRLEN];

	require(inet_ntop(AF_INET6, bytes, text, sizeof(text)));
	if (!memcmp(bytes, "\0\0\0\0\0\0\0\0\0\0\377\377", 12))
		require(inet_ntop(AF_INET, bytes + 12, text, sizeof(text)));
	put("\"%s\"", text);
}

static void put_time(__u64 time_ns)
{
	time_t second = (time_t)(time_ns / 1000000000);
	struct tm tm;

	require(gmtime_r(&second, &tm));
	put("\"%04d-%02d-%02dT%02d:%02d:%02d.%09uZ\"", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
	    tm.tm_hour, tm.tm_min, tm.tm_sec, (unsigned int)(time_ns % 1000000000));
}

/* ---- lines -------------------------------------------------------------------------------- */

/* An integer of @size bytes; 0 if no integer has this size. */
static uint64_t number(const char *p, size_t size)
{
	__u8 u8;
	__u16 u16;
	__u32 u32;
	__u64 u64;

	switch (size) {
	case 1:
		memcpy(&u8, p, size);
		return u8;
	case 2:
		memcpy(&u16, p, size);
		return u16;
	case 4:
		memcpy(&u32, p, size);
		return u32;
	case 8:
		memcpy(&u64, p, size);
		return u64;
	default:
		return 0;
	}
}

static void put_event_type(uint64_t id)
{
	const char *name = "UNKNOWN";

	for (size_t i = 0; i < COUNT(tops); i++)
		if (tops[i].id == id && id < ET_SYNTHETIC)
			name = tops[i].name;
	put("\"%s\"", name);
}

static void put_field(const char *kind, const char *p)
{
	uint64_t n = number(p, size_of(kind));

	if (is(kind, "BOOL"))
		put("%s", n ? "true" : "false");
	else if (is(kind, "MODE"))
		put("%" PRIo64, n);
	else if (is(kind, "S32"))
		put("%" PRId32, (int32_t)n);
	else if (is(kind, "S64"))
		put("%" PRId64, (int64_t)n);
	else if (is(kind, "DEC32") || is(kind, "DEC64"))
		put("\"%" PRIu64 "\"", n);
	else if (is(kind, "RING"))
		put("\"%s\"", n ? "bulk" : "lifecycle");
	else if (is(kind, "EVENT"))
		put_event_type(n);
	else if (is(kind, "COMM"))
		put_string(p, strnlen(p, 16));
	else if (is(kind, "ADDR"))
		put_address(p);
	else
		put("%" PRIu64, n);
}

static void put_enum(const char *of, __u8 n)
{
	const char *name = "UNKNOWN";

	for (size_t i = 0; i < COUNT(enum_values); i++)
		if (is(enum_values[i].of, of) && enum_values[i].number == n)
			name = enum_values[i].name;
	put("\"%s\"", name);
}

/* Find the record's field of this type. Return: its bytes, or NULL if the record has none. */
static const char *find_var(const char *rec, unsigned int type, struct et_var *ret)
{
	struct et_header hdr;
	size_t at;

	memcpy(&hdr, rec, sizeof(hdr));
	at = hdr.fixed;
	memset(ret, 0, sizeof(*ret));
	for (unsigned int i = 0; i < hdr.vars; i++) {
		struct et_var var;

		memcpy(&var, rec + at, sizeof(var));
		at += sizeof(var);
		if (var.type == type) {
			*ret = var;
			return rec + at;
		}
		at += ((size_t)var.size + 3) / 4 * 4;
	}
	return NULL;
}

static void put_flags(const char *name, unsigned int flags)
{
	static const char *const names[] = { [1] = "fault",
					     [2] = "deleted",
					     [3] = "unreachable",
					     [4] = "partial",
					     [5] = "unresolved" };
	bool some = false;

	for (unsigned int bit = 1; bit < COUNT(names); bit++) {
		if (!(flags & 1u << bit))
			continue;
		if (some)
			put(",\"%s\"", names[bit]);
		else
			put(",\"%s_flags\":[\"%s\"", name, names[bit]);
		some = true;
	}
	if (some)
		put_byte(']');
}

/* Print a variable-length field. The caller has printed a comma. */
static void put_var(const char *rec, const struct row *row)
{
	const struct var_type *type = var_type_of(row->kind);
	struct et_var var;
	const char *data = find_var(rec, type->id, &var);
	bool cut = (var.flags & 1) || var.orig != var.size;

	if (is(type->kind, "BYTES"))
		put("\"%s_truncated\":%u,", row->name, var.orig - var.size);
	put("\"%s\":", row->name);
	if (is(type->kind, "LIST"))
		put_list(data, var.size);
	else
		put_string(data, var.size);
	if (cut && !is(type->kind, "BYTES"))
		put(",\"%s_truncated\":%u", row->name, var.orig - var.size);
	if (cut)
		put(",\"%s_size\":%u", row->name, var.orig);
	put_flags(row->name, var.flags);
}

/* Print the members of rows, whose bytes begin at @p. Return: the end of these bytes. */
static const char *put_rows(const struct row *row, unsigned int generation, const char *rec,
			    const char *p)
{
	const char *before = used && line[used - 1] == '{' ? "" : ",";

	for (; row->op != END; row++) {
		const char *kind = row->kind;

		if (row->op == SINCE && generation < row->generation)
			break;
		if (row->op == PAD || (row->op == PAD_UNTIL && generation < row->generation))
			p += row->bytes;
		if (!row->name)
			continue;
		put("%s", before);
		before = ",";
		if (row->op == VAR) {
			put_var(rec, row);
			continue;
		}
		put("\"%s\":", row->name);
		if (row->op == SUB) {
			put_byte('{');
			p = put_rows(rows_of(kind), generation, rec, p);
			put_byte('}');
		} else if (row->op == ENUM) {
			put_enum(kind, (__u8)*p++);
		} else {
			put_field(row->was && generation < row->generation ? row->was : kind, p);
			p += size_of(kind);
		}
	}
	return p;
}

/* Time from the process's exit to the record of the exit event, in ns; 0 for all other events. */
static __u64 closing_ns(const struct top *top, unsigned int generation, const char *rec)
{
	size_t at = sizeof(struct et_header);

	if (!is(top->name, "PROCESS_EXIT"))
		return 0;
	for (const struct row *row = top->rows; row->op != END; row++) {
		const struct row alone[2] = { *row };
		struct ref_layout ignored = { 0 };

		if (row->op == SINCE && generation < row->generation)
			return 0;
		if (row->name && is(row->name, "closing_ns"))
			return number(rec + at, 8);
		at += measure(alone, generation, &ignored);
	}
	abort();
}

size_t reference_encode(const void *rec, unsigned int generation, __u64 time_ns, const char **ret)
{
	const struct top *top = NULL;
	struct et_header hdr;
	const char *end;

	memcpy(&hdr, rec, sizeof(hdr));
	for (size_t i = 0; i < COUNT(tops); i++)
		if (tops[i].id == hdr.type)
			top = &tops[i];
	require(top);
	used = 0;
	put("{\"event_type\":\"%s\",\"timestamp\":", top->name);
	put_time(time_ns);
	put(",\"ts_ns\":%" PRIu64, (uint64_t)(hdr.ts - closing_ns(top, generation, rec)));
	end = put_rows(top->rows, generation, rec, (const char *)rec + sizeof(hdr));
	require(end == (const char *)rec + hdr.fixed);
	put("}\n");
	*ret = line;
	return used;
}
