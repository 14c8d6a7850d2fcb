/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Encodes an event as JSON: one object in one line; docs/events.md describes the members.
 *
 * schema.def expands to one function for each struct and each event type. These functions have no
 * loops, look-ups or format strings: every key is a constant of known length, every value is one
 * call. Each member is written with a comma before it; the object's brace then overwrites the first
 * comma.
 *
 * No function checks for room in the buffer: json_bound() is the sum of the maximum lengths of all
 * members.
 */
#include <linux/types.h>
#include <stdbool.h>
#include <string.h>

#include "lib/encode/address.h"
#include "lib/encode/big_numbers.h"
#include "lib/encode/encode.h"
#include "lib/encode/fields.h"
#include "lib/encode/identity.h"
#include "lib/encode/json_text.h"
#include "lib/encode/members.h"
#include "lib/encode/numbers.h"
#include "lib/encode/put.h"
#include "lib/encode/timestamp.h"

#define LEN(literal) (sizeof(literal) - 1)
#define KEY(name)    ",\"" #name "\":"

/* ---- fixed fields ------------------------------------------------------------------------ */

#define put_U8(p, v)   et_put_u32((p), (v))
#define put_U16(p, v)  et_put_u32((p), (v))
#define put_U32(p, v)  et_put_u32((p), (v))
#define put_U64(p, v)  et_put_u64((p), (v))
#define put_S32(p, v)  et_put_s32((p), (v))
#define put_S64(p, v)  et_put_s64((p), (v))
#define put_MODE(p, v) et_put_octal((p), (v))
#define put_COMM(p, v) et_json_put_comm((p), (v))

static inline char *put_BOOL(char *p, __u8 v)
{
	return v ? PUT(p, "true") : PUT(p, "false");
}

/*
 * Write a 64-bit number as a string in quotes. A JSON parser that uses floating point would change
 * a large number.
 */
static inline char *put_DEC64(char *p, __u64 v)
{
	*p++ = '"';
	p = et_put_u64(p, v);
	*p++ = '"';
	return p;
}

#define put_DEC32(p, v) put_DEC64((p), (v))

static inline char *put_RING(char *p, __u8 v)
{
	return v == ET_RING_LIFECYCLE ? PUT(p, "\"lifecycle\"") : PUT(p, "\"bulk\"");
}

static inline char *put_EVENT(char *p, __u16 id)
{
	switch (id) {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) \
	case (id):                                                \
		return PUT(p, "\"" #NAME "\"");
#include "lib/wire/schema.def"
	default:
		return PUT(p, "\"UNKNOWN\"");
	}
}

static inline char *put_ADDR(char *p, const __u8 v[16])
{
	*p++ = '"';
	p = et_put_address(p, v);
	*p++ = '"';
	return p;
}

/*
 * Define a function for each enum of schema.def that writes a value's name. A record may contain
 * any value. A value without a name is written as "UNKNOWN".
 */
#define ET_ENUM_BEGIN(NAME, name, doc)                       \
	static inline char *put_enum_##name(char *p, __u8 v) \
	{                                                    \
		switch (v) {
#define ET_ENUM_VALUE(ENUM, enum_, number, NAME, doc) \
	case (number):                                \
		return PUT(p, "\"" #NAME "\"");
#define ET_ENUM_END(name)                     \
	default:                              \
		return PUT(p, "\"UNKNOWN\""); \
		}                             \
		}
#include "lib/wire/schema.def"

#define MAX_U8    ET_MAX_U8
#define MAX_U16   ET_MAX_U16
#define MAX_U32   ET_MAX_U32
#define MAX_U64   ET_MAX_U64
#define MAX_S32   ET_MAX_S32
#define MAX_S64   ET_MAX_S64
#define MAX_MODE  ET_MAX_OCT
#define MAX_ADDR  (ET_ADDRESS_MAX + 2)
#define MAX_BOOL  LEN("false")
#define MAX_DEC32 (ET_MAX_U32 + 2)
#define MAX_DEC64 (ET_MAX_U64 + 2)
#define MAX_COMM  ET_JSON_STRING_MAX(16)
#define MAX_RING  LEN("\"lifecycle\"")
#define MAX_EVENT sizeof(union longest_event_name)

/* A union as large as the longest name of an event type with quotes. */
union longest_event_name {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) \
	char event_##id[LEN("\"" #NAME "\"")];
#include "lib/wire/schema.def"
};

/*
 * Define a union for each enum of schema.def. The union is as large as the enum's longest name with
 * quotes.
 */
#define ET_ENUM_BEGIN(NAME, name, doc)                union longest_##name {
#define ET_ENUM_VALUE(ENUM, enum_, number, NAME, doc) char number_##number[LEN("\"" #NAME "\"")];
#define ET_ENUM_END(name) \
	}                 \
	;
#include "lib/wire/schema.def"

/* ---- variable-length fields -------------------------------------------------------------- */

/*
 * Write a key whose name has a suffix: the key `,"argv":` with the suffix `_size":` becomes
 * `,"argv_size":`.
 */
static char *put_key_with(char *p, const char *key, size_t key_len, const char *suffix, size_t len)
{
	memcpy(p, key, key_len - LEN("\":"));
	p += key_len - LEN("\":");
	memcpy(p, suffix, len);
	return p + len;
}

#define PUT_KEY_WITH(p, key, key_len, suffix) \
	put_key_with((p), (key), (key_len), suffix "\":", LEN(suffix "\":"))

/*
 * Write how many bytes of the value are missing because it was cut. This number is not negative:
 * et_decode() rejects a record with orig < size.
 */
static inline char *put_truncated(char *p, const struct et_field_view *v, const char *key,
				  size_t key_len)
{
	p = PUT_KEY_WITH(p, key, key_len, "_truncated");
	return et_put_u32(p, v->orig - v->size);
}

static inline bool is_cut(const struct et_field_view *v)
{
	return (v->flags & ET_VAR_F_TRUNCATED) || v->orig != v->size;
}

#define NAMED_FLAGS                                                                    \
	(ET_VAR_F_FAULT | ET_VAR_F_DELETED | ET_VAR_F_UNREACHABLE | ET_VAR_F_PARTIAL | \
	 ET_VAR_F_UNRESOLVED)

/*
 * Write the additional members, such as argv_size and argv_flags, of a value that was cut or has
 * flags. Such values are rare, so this function may be slow.
 */
static __attribute__((noinline)) char *put_extras(char *p, const struct et_field_view *v,
						  const char *key, size_t key_len)
{
	char *list;

	if (is_cut(v)) {
		p = PUT_KEY_WITH(p, key, key_len, "_size");
		p = et_put_u32(p, v->orig);
	}

	if (!(v->flags & NAMED_FLAGS))
		return p;
	list = PUT_KEY_WITH(p, key, key_len, "_flags");
	p = list;
	if (v->flags & ET_VAR_F_FAULT)
		p = PUT(p, ",\"fault\"");
	if (v->flags & ET_VAR_F_DELETED)
		p = PUT(p, ",\"deleted\"");
	if (v->flags & ET_VAR_F_UNREACHABLE)
		p = PUT(p, ",\"unreachable\"");
	if (v->flags & ET_VAR_F_PARTIAL)
		p = PUT(p, ",\"partial\"");
	if (v->flags & ET_VAR_F_UNRESOLVED)
		p = PUT(p, ",\"unresolved\"");
	*list = '[';
	*p++ = ']';
	return p;
}

/* Write argv_truncated if the value was cut, then argv_size and argv_flags as put_extras() does. */
static __attribute__((noinline)) char *put_all_extras(char *p, const struct et_field_view *v,
						      const char *key, size_t key_len)
{
	if (is_cut(v))
		p = put_truncated(p, v, key, key_len);
	return put_extras(p, v, key, key_len);
}

static inline bool has_extras(const struct et_field_view *v)
{
	return __builtin_expect(v->flags || v->orig != v->size, 0);
}

/*
 * The functions put_KIND(), one for each kind of variable-length field. If they are inlined, the
 * key's length is a constant. Then the compiler copies the key with a few stores.
 */
#define ALWAYS_INLINE static inline __attribute__((always_inline))

ALWAYS_INLINE char *put_STR(char *p, const struct et_field_view *v, const char *key, size_t key_len)
{
	memcpy(p, key, key_len);
	p = et_json_put_string(p + key_len, v->data, v->size);
	return has_extras(v) ? put_all_extras(p, v, key, key_len) : p;
}

ALWAYS_INLINE char *put_LIST(char *p, const struct et_field_view *v, const char *key,
			     size_t key_len)
{
	memcpy(p, key, key_len);
	p = et_json_put_list(p + key_len, v->data, v->size);
	return has_extras(v) ? put_all_extras(p, v, key, key_len) : p;
}

/*
 * BYTES is the kind of terminal output. Unlike other kinds, it always has the member
 * tty_out_truncated, as in EventsTrace (elastic/ebpf).
 */
ALWAYS_INLINE char *put_BYTES(char *p, const struct et_field_view *v, const char *key,
			      size_t key_len)
{
	p = put_truncated(p, v, key, key_len);
	memcpy(p, key, key_len);
	p = et_json_put_string(p + key_len, v->data, v->size);
	return has_extras(v) ? put_extras(p, v, key, key_len) : p;
}

#define ET_VAR_TYPE(id, NAME, KIND, cap, doc)                                      \
	ALWAYS_INLINE char *put_var_##NAME(char *p, const struct et_field_view *v, \
					   const char *key, size_t key_len)        \
	{                                                                          \
		return put_##KIND(p, v, key, key_len);                             \
	}
#include "lib/wire/schema.def"

/*
 * MAX_VAR(): largest length in bytes of the JSON members of one variable-length field, such as
 * argv, argv_truncated, argv_size and argv_flags. The bytes of the value are not included.
 */
#define MAX_EXTRAS                                                                     \
	LEN("_truncated_size_flags[\"fault\",\"deleted\",\"unreachable\",\"partial\"," \
	    "\"unresolved\"]")
#define MAX_VAR(name) \
	(4 * LEN(KEY(name)) + 2 * ET_MAX_U32 + MAX_EXTRAS + ET_JSON_LIST_MAX((size_t)0))

/* ---- structs and events ------------------------------------------------------------------ */

/* Write time_unix_ns, seq, host and boot_id: they distinguish events of several hosts and boots. */
static __attribute__((noinline)) char *put_identity(char *p, const struct et_encoder *enc,
						    const struct et_event *event)
{
	p = et_put_u64(PUT(p, ",\"time_unix_ns\":"), event->time_ns);
	p = et_put_u64(PUT(p, ",\"seq\":"), event->seq);
	memcpy(p, enc->identity->members, enc->identity->size);
	return p + enc->identity->size;
}

static inline char *put_times(char *p, struct et_encoder *enc, const struct et_event *event)
{
	p = et_put_timestamp(enc, p, event->time_ns);
	p = PUT(p, "\",\"ts_ns\":");
	p = et_put_u64(p, et_event_ts(event));
	return __builtin_expect(enc->stamped, 0) ? put_identity(p, enc, event) : p;
}

#define EVENT_TYPE(NAME) "{\"event_type\":\"" #NAME "\",\"timestamp\":\""
#define MAX_TIMES                                               \
	(ET_TIMESTAMP_LEN + LEN("\",\"ts_ns\":") + ET_MAX_U64 + \
	 LEN(",\"time_unix_ns\":,\"seq\":") + 2 * ET_MAX_U64 + ET_IDENTITY_MAX)

#define ET_STRUCT_BEGIN(name, doc)                                              \
	static char *put_struct_##name(char *p, const struct et_##name *fields, \
				       unsigned int older)                      \
	{                                                                       \
		char *const begin = p;                                          \
                                                                                \
		(void)older;
#define ET_STRUCT_END(name)      \
	end:                     \
	__attribute__((unused)); \
	*begin = '{';            \
	*p++ = '}';              \
	return p;                \
	}
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc)          \
	static char *put_event_##name(char *p, struct et_encoder *enc,     \
				      const struct et_event *event)        \
	{                                                                  \
		const struct et_##name *fields = (const void *)event->hdr; \
		const unsigned int older = event->older;                   \
                                                                           \
		p = put_times(PUT(p, EVENT_TYPE(NAME)), enc, event);
#define ET_EVENT_END(name)       \
	(void)older;             \
	(void)fields;            \
	end:                     \
	__attribute__((unused)); \
	*p++ = '}';              \
	*p++ = '\n';             \
	return p;                \
	}
#define ET_SYNTHETIC_BEGIN(id, NAME, name, doc) ET_EVENT_BEGIN(id, NAME, name, "", , LIFECYCLE, doc)
#define ET_SYNTHETIC_END(name)                  ET_EVENT_END(name)

#define ET_FIELD(owner, KIND, name, doc) p = put_##KIND(PUT(p, KEY(name)), fields->name);
#define ET_ENUM(owner, enum_, name, doc) p = put_enum_##enum_(PUT(p, KEY(name)), fields->name);
#define ET_SUB(owner, type, name, doc) \
	p = put_struct_##type(PUT(p, KEY(name)), &fields->name, older);
#define ET_VAR(owner, NAME, name, doc) \
	p = put_var_##NAME(p, &event->vars[ET_SLOT_##owner##_##name], KEY(name), LEN(KEY(name)));
/*
 * Begins the fields that are new in schema generation @generation. The generated code omits them
 * for an older record.
 */
#define ET_SINCE(owner, generation)      \
	if (ET_LACKS(older, generation)) \
		goto end;
#define ET_FIELD_WAS(owner, generation, WAS, KIND, name, doc)                        \
	p = ET_LACKS(older, generation) ? put_##WAS(PUT(p, KEY(name)), fields->name) \
					: put_##KIND(PUT(p, KEY(name)), fields->name);
#include "lib/wire/schema.def"

/*
 * Define constants for the largest length in bytes of each struct, such as MAX_struct_pids, and of
 * each event, such as MAX_event_process_exec. Bytes of variable-length values are not included.
 */
#define ET_STRUCT_BEGIN(name, doc) enum { MAX_struct_##name = LEN("}")
#define ET_STRUCT_END(name) \
	}                   \
	;
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) \
	enum { MAX_event_##name = LEN(EVENT_TYPE(NAME)) + MAX_TIMES + LEN("}\n") + ET_JSON_SLACK
#define ET_EVENT_END(name) \
	}                  \
	;
#define ET_SYNTHETIC_BEGIN(id, NAME, name, doc) ET_EVENT_BEGIN(id, NAME, name, "", , LIFECYCLE, doc)
#define ET_SYNTHETIC_END(name)                  ET_EVENT_END(name)

#define ET_FIELD(owner, KIND, name, doc) +LEN(KEY(name)) + MAX_##KIND
#define ET_ENUM(owner, enum_, name, doc) +LEN(KEY(name)) + sizeof(union longest_##enum_)
#define ET_SUB(owner, type, name, doc)   +LEN(KEY(name)) + MAX_struct_##type
#define ET_VAR(owner, NAME, name, doc)   +MAX_VAR(name)
#define ET_FIELD_WAS(owner, generation, WAS, KIND, name, doc) \
	+LEN(KEY(name)) + MAX_##KIND + MAX_##WAS
#include "lib/wire/schema.def"

/*
 * A union as large as the longest possible line of an event, in which each value has its largest
 * size.
 */
union largest {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) \
	char name[MAX_event_##name
#define ET_VAR(owner, NAME, name, doc) +(ET_JSON_BYTE_MAX * ET_CAP_##NAME)
#define ET_EVENT_END(name) \
	]                  \
	;
#include "lib/wire/schema.def"
};

/* A union as large as the longest possible LOST line. */
union largest_synthetic {
#define ET_SYNTHETIC_BEGIN(id, NAME, name, doc) char name[MAX_event_##name];
#include "lib/wire/schema.def"
};

_Static_assert(sizeof(union largest_synthetic) <= sizeof(union largest), "notes are small");

/* ---- the format -------------------------------------------------------------------------- */

static size_t json_bound(const struct et_event *event)
{
	static const __u32 max_event[ET_EVENT_TYPES] = {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) [id] = MAX_event_##name,
#include "lib/wire/schema.def"
	};

	if (event->hdr->type >= ET_EVENT_TYPES)
		return sizeof(union largest_synthetic);
	return max_event[event->hdr->type] + ET_JSON_BYTE_MAX * et_value_bytes(event);
}

static size_t json_encode(struct et_encoder *enc, const struct et_event *event, char *buf)
{
	switch (event->hdr->type) {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) \
	case ET_##NAME:                                           \
		return put_event_##name(buf, enc, event) - buf;
#define ET_SYNTHETIC_BEGIN(id, NAME, name, doc) ET_EVENT_BEGIN(id, NAME, name, "", , LIFECYCLE, doc)
#include "lib/wire/schema.def"
	default:
		return 0;
	}
}

static size_t json_header(const struct et_encoder *enc, char *buf)
{
	char *p = buf;

	*p++ = '{';
	p = et_put_header(p, enc->identity, enc->ops->name);
	return PUT(p, "}\n") - buf;
}

const struct et_encoder_ops et_json_encoder = {
	.name = "json",
	.lines = 1,
	.bound_max = sizeof(union largest),
	.bound = json_bound,
	.encode = json_encode,
	.header = json_header,
};

static size_t json_members_bound(const struct et_event *event)
{
	return json_bound(event) + ET_BIG_NUMBERS_EXTRA;
}

static size_t json_members_encode(struct et_encoder *enc, const struct et_event *event, char *buf)
{
	char *line = enc->numbers ? buf + ET_BIG_NUMBERS_EXTRA : buf;
	size_t len = json_encode(enc, event, line);

	if (enc->members)
		len = et_members_apply(enc->members, line, len);
	return enc->numbers ? et_big_numbers_apply(enc->numbers, line, len, buf) : len;
}

const struct et_encoder_ops et_json_members_encoder = {
	.name = "json",
	.lines = 1,
	.bound_max = sizeof(union largest) + ET_BIG_NUMBERS_EXTRA,
	.bound = json_members_bound,
	.encode = json_members_encode,
	.header = json_header,
};
