/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads the fields of an event by name or one after the other. There is a table for each event
 * type, and one for each struct that can be nested in an event, such as pids.
 */
#include <errno.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "lib/decode/decode.h"
#include "lib/decode/slots.h"
#include "lib/include/eventstrace.h"

/*
 * What a row of a table describes. The kinds from ROW_ENUM on are kinds of fields in schema.def.
 * These fields are in the record's fixed-size part.
 */
enum row_kind {
	ROW_END = 0, /* marks the end of the table */
	/* the next rows were added in a later schema generation; older records end here */
	ROW_SINCE,
	ROW_VAR, /* a field with a value of variable length */
	ROW_SUB, /* a nested struct with fields of its own, such as pids */
	ROW_ENUM,
	ROW_U8,
	ROW_U16,
	ROW_U32,
	ROW_U64,
	ROW_S32,
	ROW_S64,
	ROW_BOOL,
	ROW_DEC32,
	ROW_DEC64,
	ROW_COMM,
	ROW_RING,
	ROW_EVENT,
	ROW_MODE,
	ROW_ADDR,
};

/* The public kind (enum et_value_kind) of each kind of variable-length field in schema.def. */
enum var_kind {
	VAR_STR = ET_VALUE_STRING,
	VAR_LIST = ET_VALUE_STRINGS,
	VAR_BYTES = ET_VALUE_BYTES,
};

struct row {
	const char *name; /* the field's name */
	__u8 kind;        /* what the row describes: enum row_kind */
	/* the field's kind in records that are older than `generation`; 0: the same kind */
	__u8 was;
	/*
	 * schema generation that added the rows after this one (ROW_SINCE), or that changed `kind`
	 */
	__u8 generation;
	__u8 var_kind; /* only for ROW_VAR: kind of the value, enum var_kind */
	/*
	 * offset of the value in the record or nested struct; for ROW_VAR, the index in
	 * et_event.vars
	 */
	__u16 at;
	const struct row *sub; /* only for ROW_SUB: the table of the nested struct */
	/* only for ROW_ENUM: returns the name of a value */
	const char *(*value_name)(unsigned int v);
};

#define VAR_KIND(NAME) VAR_KIND_##NAME
enum {
#define ET_VAR_TYPE(id, NAME, KIND, cap, doc) VAR_KIND_##NAME = VAR_##KIND,
#include "lib/wire/schema.def"
};

#define ET_STRUCT_BEGIN(name, doc) static const struct row rows_##name[] = {
#define ET_STRUCT_END(name)     \
	{                       \
		.kind = ROW_END \
	}                       \
	}                       \
	;
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) ET_STRUCT_BEGIN(name, doc)
#define ET_EVENT_END(name)                                        ET_STRUCT_END(name)
#define ET_SYNTHETIC_BEGIN(id, NAME, name, doc)                   ET_STRUCT_BEGIN(name, doc)
#define ET_SYNTHETIC_END(name)                                    ET_STRUCT_END(name)
#define ET_FIELD(owner, KIND, name_, doc) \
	{ .name = #name_, .kind = ROW_##KIND, .at = offsetof(struct et_##owner, name_) },
#define ET_FIELD_WAS(owner, generation_, WAS, KIND, name_, doc) \
	{ .name = #name_,                                       \
	  .kind = ROW_##KIND,                                   \
	  .was = ROW_##WAS,                                     \
	  .generation = (generation_),                          \
	  .at = offsetof(struct et_##owner, name_) },
#define ET_ENUM(owner, enum_, name_, doc)           \
	{ .name = #name_,                           \
	  .kind = ROW_ENUM,                         \
	  .at = offsetof(struct et_##owner, name_), \
	  .value_name = et_##enum_##_name },
#define ET_SUB(owner, type, name_, doc)             \
	{ .name = #name_,                           \
	  .kind = ROW_SUB,                          \
	  .at = offsetof(struct et_##owner, name_), \
	  .sub = rows_##type },
#define ET_VAR(owner, NAME, name_, doc) \
	{ .name = #name_,               \
	  .kind = ROW_VAR,              \
	  .var_kind = VAR_KIND_##NAME,  \
	  .at = ET_SLOT_##owner##_##name_ },
#define ET_SINCE(owner, generation_) { .kind = ROW_SINCE, .generation = (generation_) },
#include "lib/wire/schema.def"

static const struct row *rows_of(const struct et_event *event)
{
	switch (event->hdr->type) {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) \
	case ET_##NAME:                                           \
		return rows_##name;
#define ET_SYNTHETIC_BEGIN(id, NAME, name, doc) ET_EVENT_BEGIN(id, NAME, name, "", , LIFECYCLE, doc)
#include "lib/wire/schema.def"
	default:
		return NULL;
	}
}

/*
 * True if the event's record has no field at @row or in a later row: the table ends, or the record
 * is too old.
 */
static bool is_end(const struct et_event *event, const struct row *row)
{
	return row->kind == ROW_END ||
	       (row->kind == ROW_SINCE && ET_LACKS(event->older, row->generation));
}

static void set_var(const struct et_event *event, const struct row *row, struct et_field *f)
{
	const struct et_field_view *v = &event->vars[row->at];

	f->kind = (enum et_value_kind)row->var_kind;
	f->data = v->data ? v->data : "";
	f->size = v->size;
	f->orig_size = v->orig;
	f->flags = v->flags;
}

static void set_name(struct et_field *f, const char *name)
{
	f->kind = ET_VALUE_ENUM;
	f->data = name ? name : "UNKNOWN";
	f->size = f->orig_size = strlen(f->data);
}

static const char *type_name(unsigned int id)
{
	const struct et_event_info *info = et_event_by_id(id);

	return info ? info->name : NULL;
}

static void set_number(struct et_field *f, enum et_value_kind kind, __u64 number)
{
	f->kind = kind;
	f->number = number;
}

static void set_signed(struct et_field *f, __s64 number)
{
	f->kind = ET_VALUE_SIGNED;
	f->signed_number = number;
}

/*
 * Fill @f with a field of the record's fixed-size part. @group is the struct that contains the
 * field: the record or a nested struct.
 */
static void set_fixed(const struct et_event *event, const struct row *row, const char *group,
		      struct et_field *f)
{
	const void *at = group + row->at;
	const bool is_older = row->was && ET_LACKS(event->older, row->generation);

	switch (is_older ? row->was : row->kind) {
	case ROW_U8:
		set_number(f, ET_VALUE_UNSIGNED, *(const __u8 *)at);
		break;
	case ROW_U16:
		set_number(f, ET_VALUE_UNSIGNED, *(const __u16 *)at);
		break;
	case ROW_U32:
	case ROW_DEC32:
		set_number(f, ET_VALUE_UNSIGNED, *(const __u32 *)at);
		break;
	case ROW_U64:
	case ROW_DEC64:
		set_number(f, ET_VALUE_UNSIGNED, *(const __u64 *)at);
		break;
	case ROW_S32:
		set_signed(f, *(const __s32 *)at);
		break;
	case ROW_S64:
		set_signed(f, *(const __s64 *)at);
		break;
	case ROW_BOOL:
		set_number(f, ET_VALUE_BOOL, *(const __u8 *)at != 0);
		break;
	case ROW_MODE:
		set_number(f, ET_VALUE_MODE, *(const __u16 *)at);
		break;
	case ROW_ENUM:
		f->number = *(const __u8 *)at;
		set_name(f, row->value_name((unsigned int)f->number));
		break;
	case ROW_RING:
		f->number = *(const __u8 *)at;
		set_name(f, f->number == ET_RING_LIFECYCLE ? "lifecycle" : "bulk");
		break;
	case ROW_EVENT:
		f->number = *(const __u16 *)at;
		set_name(f, type_name((unsigned int)f->number));
		break;
	case ROW_COMM:
		f->kind = ET_VALUE_STRING;
		f->data = at;
		f->size = f->orig_size = strnlen(at, 16);
		break;
	case ROW_ADDR:
		f->kind = ET_VALUE_ADDRESS;
		f->data = at;
		f->size = f->orig_size = 16;
		break;
	default:
		f->kind = ET_VALUE_OBJECT;
		break;
	}
}

static void add_path(struct et_field *f, size_t at, const char *name)
{
	size_t len = strnlen(name, sizeof(f->path) - 1 - at);

	memcpy(f->path + at, name, len);
	f->path[at + len] = '\0';
}

/*
 * The value of et_field.private_. High 16 bits: 1 + the row's index in the event's table. Low 16
 * bits: 1 + the row's index in the nested struct's table, or 0 outside of nested structs.
 */
#define POSITION(row, sub) ((__u32)(row) << 16 | (__u32)(sub))

/*
 * Fill @ret with the field of @row. If @sub is not NULL, @row is a nested struct, and @ret receives
 * the field @sub in it.
 */
static void fill(const struct et_event *event, const struct row *rows, const struct row *row,
		 const struct row *sub, struct et_field *ret)
{
	struct et_field f = { .sz = ret->sz, .name = sub ? sub->name : row->name };
	const char *fixed = (const char *)event->hdr;

	f.private_ = POSITION(row - rows + 1, sub ? sub - row->sub + 1 : 0);
	add_path(&f, 0, row->name);
	if (sub) {
		size_t len = strlen(f.path);

		if (len + 1 < sizeof(f.path)) {
			f.path[len] = '.';
			add_path(&f, len + 1, sub->name);
		}
		set_fixed(event, sub, fixed + row->at, &f);
	} else if (row->kind == ROW_VAR) {
		set_var(event, row, &f);
	} else {
		set_fixed(event, row, fixed, &f);
	}
	memcpy(ret, &f, ret->sz < sizeof(f) ? ret->sz : sizeof(f));
}

/* Return the row of the first field at @row or after it; NULL: the event has no more fields. */
static const struct row *skip(const struct et_event *event, const struct row *row)
{
	while (!is_end(event, row)) {
		if (row->kind != ROW_SINCE)
			return row;
		row++;
	}
	return NULL;
}

static bool has_size(const struct et_field *field)
{
	return field->sz >= offsetof(struct et_field, number);
}

bool et_event__next_field(const struct et_event *event, struct et_field *field)
{
	const struct row *rows = rows_of(event), *row, *sub;
	__u32 position;

	if (!rows || !has_size(field))
		return false;
	position = field->private_;
	row = rows;
	if (position) {
		row += (position >> 16) - 1;
		if (row->kind == ROW_SUB) {
			sub = skip(event, row->sub + (position & 0xffff));
			if (sub) {
				fill(event, rows, row, sub, field);
				return true;
			}
		}
		row++;
	}
	row = skip(event, row);
	if (!row) {
		field->private_ = 0;
		return false;
	}
	fill(event, rows, row, NULL, field);
	return true;
}

static const struct row *find(const struct et_event *event, const struct row *row, const char *name,
			      size_t len)
{
	while ((row = skip(event, row))) {
		if (!strncmp(row->name, name, len) && !row->name[len])
			return row;
		row++;
	}
	return NULL;
}

int et_event__find_field(const struct et_event *event, const char *path, struct et_field *ret)
{
	const struct row *rows = rows_of(event), *row, *sub = NULL;
	size_t len = strcspn(path, ".");

	if (!has_size(ret))
		return -EINVAL;
	row = rows ? find(event, rows, path, len) : NULL;
	if (!row)
		return -ENOENT;
	if (path[len]) {
		path += len + 1;
		sub = row->kind == ROW_SUB ? find(event, row->sub, path, strlen(path)) : NULL;
		if (!sub)
			return -ENOENT;
	}
	fill(event, rows, row, sub, ret);
	return 0;
}

const char *et_strings__next(const char **list, size_t *size, size_t *ret_size)
{
	const char *string = *list;
	size_t len;

	if (!*size)
		return NULL;
	len = strnlen(string, *size);
	*ret_size = len;
	/* Skip the string's terminating 0. The last string of a list that was cut has none. */
	if (len < *size)
		len++;
	*list += len;
	*size -= len;
	return string;
}
