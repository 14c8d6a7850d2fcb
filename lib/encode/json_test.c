/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Parses the JSON encoder's lines with another JSON parser. Like the encoder, the checks are made
 * from the rows of schema.def. For any record, the line must have all members of the event type, in
 * order and with their values, and no other members.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <yyjson.h>

#include "lib/decode/record_builder.h"
#include "lib/decode/slots.h"
#include "lib/encode/encode.h"
#include "lib/encode/json_recover.h"

static struct et_record rec;
static __u64 rec_time; /* wall clock time of the tested event, in ns */

static yyjson_val *next(yyjson_obj_iter *it, const char *name)
{
	yyjson_val *key = yyjson_obj_iter_next(it);

	if (!key)
		fail_msg("%s is missing", name);
	assert_string_equal(yyjson_get_str(key), name);
	return yyjson_obj_iter_get_val(key);
}

static void no_more(yyjson_obj_iter *it)
{
	yyjson_val *key = yyjson_obj_iter_next(it);

	if (key)
		fail_msg("%s is too much", yyjson_get_str(key));
}

static yyjson_obj_iter members_of(yyjson_val *obj)
{
	yyjson_obj_iter it;

	assert_true(yyjson_is_obj(obj));
	assert_true(yyjson_obj_iter_init(obj, &it));
	return it;
}

static void check_uint(yyjson_val *val, uint64_t expected)
{
	assert_true(yyjson_is_uint(val));
	assert_true(yyjson_get_uint(val) == expected);
}

static void check_text(yyjson_val *val, const char *bytes, size_t n)
{
	size_t len;
	char *back;

	assert_true(yyjson_is_str(val));
	len = yyjson_get_len(val);
	back = malloc(len + 1);
	assert_non_null(back);
	assert_int_equal(et_json_recover(yyjson_get_str(val), len, back), n);
	if (n)
		assert_memory_equal(back, bytes, n);
	free(back);
}

static void check_decimal(yyjson_val *val, uint64_t expected)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, expected);
	assert_true(yyjson_is_str(val));
	assert_string_equal(yyjson_get_str(val), text);
}

#define check_U8(val, v)    check_uint((val), (v))
#define check_U16(val, v)   check_uint((val), (v))
#define check_U32(val, v)   check_uint((val), (v))
#define check_U64(val, v)   check_uint((val), (v))
#define check_DEC32(val, v) check_decimal((val), (v))
#define check_DEC64(val, v) check_decimal((val), (v))
#define check_COMM(val, v)  check_text((val), (v), strnlen((v), 16))

static inline void check_RING(yyjson_val *val, __u8 v)
{
	assert_string_equal(yyjson_get_str(val), v == ET_RING_LIFECYCLE ? "lifecycle" : "bulk");
}

static inline void check_EVENT(yyjson_val *val, __u16 id)
{
	const struct et_event_info *info = et_event_by_id(id);

	assert_string_equal(yyjson_get_str(val), info ? info->name : "UNKNOWN");
}

/* Compare a file's mode with its octal digits in JSON. */
static inline void check_MODE(yyjson_val *val, __u16 v)
{
	char text[16];

	assert_true(yyjson_is_uint(val));
	snprintf(text, sizeof(text), "%" PRIu64, yyjson_get_uint(val));
	assert_int_equal(strtoul(text, NULL, 8), v);
}

static inline void check_ADDR(yyjson_val *val, const __u8 v[16])
{
	static const __u8 ipv4[12] = { [10] = 0xff, [11] = 0xff };
	const char *text = yyjson_get_str(val);
	__u8 back[16] = { 0 };

	assert_non_null(text);
	if (strchr(text, ':')) {
		assert_int_equal(inet_pton(AF_INET6, text, back), 1);
		assert_memory_not_equal(back, ipv4, sizeof(ipv4));
	} else {
		memcpy(back, ipv4, sizeof(ipv4));
		assert_int_equal(inet_pton(AF_INET, text, back + 12), 1);
	}
	assert_memory_equal(back, v, sizeof(back));
}

/* An enum's value without a name in schema.def is printed as UNKNOWN. */
#define ET_ENUM_BEGIN(NAME, name, doc)                                \
	static inline void check_enum_##name(yyjson_val *val, __u8 v) \
	{                                                             \
		static const char *const names[256] = {
#define ET_ENUM_VALUE(ENUM, enum_, number, NAME, doc) [number] = #NAME,
#define ET_ENUM_END(name)                                                          \
	}                                                                          \
	;                                                                          \
	assert_true(yyjson_is_str(val));                                           \
	assert_string_equal(yyjson_get_str(val), names[v] ? names[v] : "UNKNOWN"); \
	}
#include "lib/wire/schema.def"

static inline void check_S32(yyjson_val *val, __s32 v)
{
	assert_true(yyjson_is_int(val));
	assert_true(yyjson_get_sint(val) == v);
}

static inline void check_S64(yyjson_val *val, __s64 v)
{
	assert_true(yyjson_is_int(val));
	assert_true(yyjson_get_sint(val) == v);
}

static inline void check_BOOL(yyjson_val *val, __u8 v)
{
	assert_true(yyjson_is_bool(val));
	assert_int_equal(yyjson_get_bool(val), v != 0);
}

static void check_STR(yyjson_val *val, const struct et_field_view *v)
{
	check_text(val, v->data, v->size);
}

#define check_BYTES check_STR

static void check_LIST(yyjson_val *val, const struct et_field_view *v)
{
	const char *p = v->data ? v->data : "", *end = p + v->size;
	yyjson_arr_iter it;
	yyjson_val *item;

	assert_true(yyjson_is_arr(val));
	assert_true(yyjson_arr_iter_init(val, &it));
	while ((item = yyjson_arr_iter_next(&it))) {
		size_t len = strnlen(p, end - p);

		assert_true(p < end);
		check_text(item, p, len);
		p += len + (p + len < end);
	}
	assert_ptr_equal(p, end);
}

/*
 * Return the next member of the object. Its key must be @name followed by @suffix, such as
 * "argv_size".
 */
static yyjson_val *next_extra(yyjson_obj_iter *it, const char *name, const char *suffix)
{
	char full[100];

	snprintf(full, sizeof(full), "%s%s", name, suffix);
	return next(it, full);
}

static void check_flags(yyjson_val *val, unsigned int flags)
{
	static const struct {
		unsigned int bit;
		const char *name;
	} names[] = {
		{ ET_VAR_F_FAULT, "fault" },
		{ ET_VAR_F_DELETED, "deleted" },
		{ ET_VAR_F_UNREACHABLE, "unreachable" },
		{ ET_VAR_F_PARTIAL, "partial" },
		{ ET_VAR_F_UNRESOLVED, "unresolved" },
	};
	size_t n = 0;

	assert_true(yyjson_is_arr(val));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (flags & names[i].bit)
			assert_string_equal(yyjson_get_str(yyjson_arr_get(val, n++)),
					    names[i].name);
	}
	assert_int_equal(yyjson_arr_size(val), n);
}

static void check_var(yyjson_obj_iter *it, const char *name, const char *kind,
		      void (*check)(yyjson_val *, const struct et_field_view *),
		      const struct et_field_view *v)
{
	bool cut = v->orig != v->size || (v->flags & ET_VAR_F_TRUNCATED);
	bool always = !strcmp(kind, "BYTES");

	if (always)
		check_uint(next_extra(it, name, "_truncated"), v->orig - v->size);
	check(next(it, name), v);
	if (cut && !always)
		check_uint(next_extra(it, name, "_truncated"), v->orig - v->size);
	if (cut)
		check_uint(next_extra(it, name, "_size"), v->orig);
	if (v->flags & (ET_VAR_F_FAULT | ET_VAR_F_DELETED | ET_VAR_F_UNREACHABLE |
			ET_VAR_F_PARTIAL | ET_VAR_F_UNRESOLVED))
		check_flags(next_extra(it, name, "_flags"), v->flags);
}

#define ET_VAR_TYPE(id, NAME, KIND, cap, doc)                               \
	static void check_var_##NAME(yyjson_obj_iter *it, const char *name, \
				     const struct et_field_view *v)         \
	{                                                                   \
		check_var(it, name, #KIND, check_##KIND, v);                \
	}
#include "lib/wire/schema.def"

#define ET_STRUCT_BEGIN(name, doc)                                                       \
	static void check_struct_##name(yyjson_val *obj, const struct et_##name *fields) \
	{                                                                                \
		yyjson_obj_iter it = members_of(obj);
#define ET_STRUCT_END(name) \
	no_more(&it);       \
	}
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc)                     \
	static void check_event_##name(yyjson_val *obj, const struct et_event *event) \
	{                                                                             \
		const struct et_##name *fields = (const void *)event->hdr;            \
		yyjson_obj_iter it = members_of(obj);                                 \
                                                                                      \
		assert_string_equal(yyjson_get_str(next(&it, "event_type")), #NAME);  \
		assert_int_equal(yyjson_get_len(next(&it, "timestamp")), 30);         \
		check_uint(next(&it, "ts_ns"), et_event_ts(event));
#define ET_EVENT_END(name) \
	no_more(&it);      \
	}
#define ET_SYNTHETIC_BEGIN(id, NAME, name, doc) ET_EVENT_BEGIN(id, NAME, name, "", , LIFECYCLE, doc)
#define ET_SYNTHETIC_END(name)                  ET_EVENT_END(name)

#define ET_FIELD(owner, KIND, name, doc) check_##KIND(next(&it, #name), fields->name);
#define ET_ENUM(owner, enum_, name, doc) check_enum_##enum_(next(&it, #name), fields->name);
#define ET_SUB(owner, type, name, doc)   check_struct_##type(next(&it, #name), &fields->name);
#define ET_VAR(owner, NAME, name, doc) \
	check_var_##NAME(&it, #name, &event->vars[ET_SLOT_##owner##_##name]);
#include "lib/wire/schema.def"

static const struct {
	unsigned int id;
	size_t fixed;
	void (*check)(yyjson_val *obj, const struct et_event *event);
	__u16 vars[ET_VARS_MAX];
} events[] = {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc)   \
	{                                                           \
		(id), sizeof(struct et_##name), check_event_##name, \
		{
#define ET_VAR(owner, NAME, name, doc) ET_VAR_##NAME,
#define ET_EVENT_END(name) \
	}                  \
	}                  \
	,
#include "lib/wire/schema.def"
};

#define EVENTS (sizeof(events) / sizeof(events[0]))

static const __u32 caps[ET_VAR_TYPES] = {
#define ET_VAR_TYPE(id, NAME, KIND, cap, doc) [id] = (cap),
#include "lib/wire/schema.def"
};

/*
 * Encode an event into a buffer of exactly et_encode_bound() bytes, parse the line, and check it.
 */
static void check_encoded(const struct et_event *event,
			  void (*check)(yyjson_val *, const struct et_event *))
{
	struct et_encoder enc;
	yyjson_doc *doc;
	size_t bound, n;
	char *buf;

	et_encoder_init(&enc, &et_json_encoder);
	bound = et_encode_bound(&enc, event);
	assert_true(bound <= et_json_encoder.bound_max);
	buf = malloc(bound);
	assert_non_null(buf);
	n = et_encode(&enc, event, buf);
	assert_true(n <= bound);
	assert_ptr_equal(memchr(buf, '\n', n), buf + n - 1);

	doc = yyjson_read(buf, n, 0);
	if (!doc)
		fail_msg("not JSON: %.*s", (int)n, buf);
	check(yyjson_doc_get_root(doc), event);
	yyjson_doc_free(doc);
	free(buf);
}

static void check_record(size_t e)
{
	struct et_event event;

	assert_int_equal(et_decode(rec.bytes, et_record_len(&rec), &event), 0);
	event.time_ns = rec_time;
	check_encoded(&event, events[e].check);
}

static uint64_t seed = 0x2545f4914f6cdd1d;

static uint64_t noise(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/* Fill @bytes with random numbers, small or large, or with mostly printable text. */
static void fill(unsigned char *bytes, size_t n)
{
	unsigned int how = noise() % 4;

	for (size_t i = 0; i < n; i++) {
		if (how == 0)
			bytes[i] = noise() >> 8;
		else if (how == 1)
			bytes[i] = noise() % 8 ? 'a' + i % 26 : noise() >> 8;
		else if (how == 2)
			bytes[i] = 0xff;
		else
			bytes[i] = i % 8 ? 0 : noise() >> 8;
	}
}

static void add_noisy_var(__u16 type, size_t max)
{
	static unsigned char bytes[ET_CAP_ENV];
	struct et_var var = { .type = type };

	var.size = noise() % 3 ? noise() % (max < 64 ? max : 64) : noise() % (max + 1);
	var.orig = var.size;
	fill(bytes, var.size);
	if (noise() % 3 == 0)
		var.flags = noise() % 128; /* six flags have a meaning, one has none */
	if (var.flags & (ET_VAR_F_TRUNCATED | ET_VAR_F_FAULT | ET_VAR_F_PARTIAL) && noise() % 2)
		var.orig += noise() % 100000;
	et_record_var_raw(&rec, var, bytes, var.size);
}

static void test_noise(void **state)
{
	(void)state;
	for (int round = 0; round < 20000; round++) {
		size_t e = round % EVENTS, header = sizeof(struct et_header);

		et_record_begin(&rec, events[e].id);
		fill(rec.bytes + header, events[e].fixed - header);
		rec.hdr.ts = noise() >> noise() % 64;
		rec_time = noise();
		for (size_t v = 0; v < ET_VARS_MAX && events[e].vars[v]; v++) {
			size_t cap = caps[events[e].vars[v]];

			/* Leave out some of the fields, and make some of them long. */
			if (noise() % 8)
				add_noisy_var(events[e].vars[v],
					      round % 50 && cap > 300 ? 300 : cap);
		}
		check_record(e);
	}
}

/*
 * Encode records of the largest size, for each event type. check_record() checks that the line fits
 * into et_encode_bound() bytes.
 */
static void test_largest(void **state)
{
	static const unsigned char worst[] = { 0xff, 0, 0x7f };
	static unsigned char bytes[ET_CAP_ENV];

	(void)state;
	for (size_t w = 0; w < sizeof(worst); w++) {
		memset(bytes, worst[w], sizeof(bytes));
		for (size_t e = 0; e < EVENTS; e++) {
			size_t header = sizeof(struct et_header);

			et_record_begin(&rec, events[e].id);
			memset(rec.bytes + header, 0xff, events[e].fixed - header);
			rec.hdr.ts = ~0ULL;
			rec_time = ~0ULL;
			for (size_t v = 0; v < ET_VARS_MAX && events[e].vars[v]; v++) {
				struct et_var var = { .orig = ~0U,
						      .size = caps[events[e].vars[v]],
						      .type = events[e].vars[v],
						      .flags = 63 };

				et_record_var_raw(&rec, var, bytes, var.size);
			}
			check_record(e);
		}
	}
}

/*
 * Set all bytes of the fixed part to each value in turn. Bytes of 0xff alone do not give the
 * longest names of enums and the longest addresses.
 */
static void test_every_byte(void **state)
{
	(void)state;
	for (size_t e = 0; e < EVENTS; e++) {
		size_t header = sizeof(struct et_header);

		for (unsigned int value = 0; value < 256; value++) {
			et_record_begin(&rec, events[e].id);
			memset(rec.bytes + header, (int)value, events[e].fixed - header);
			check_record(e);
		}
	}
}

/* LOST records do not pass through et_decode(), so the encoder must accept any bytes in them. */
static void test_notes(void **state)
{
	(void)state;
	for (int round = 0; round < 5000; round++) {
#define ET_SYNTHETIC_BEGIN(id, NAME, name, doc)                                   \
	{                                                                         \
		struct et_##name note;                                            \
		struct et_event event = { .hdr = &note.hdr, .time_ns = noise() }; \
                                                                                  \
		fill((unsigned char *)&note, sizeof(note));                       \
		note.hdr.type = ET_##NAME;                                        \
		check_encoded(&event, check_event_##name);                        \
		memset(&note, 0xff, sizeof(note));                                \
		note.hdr.type = ET_##NAME;                                        \
		check_encoded(&event, check_event_##name);                        \
	}
#include "lib/wire/schema.def"
	}
}

static void test_by_name(void **state)
{
	(void)state;
	assert_ptr_equal(et_encoder_by_name("json"), &et_json_encoder);
	assert_null(et_encoder_by_name("jso"));
	assert_null(et_encoder_by_name("xml"));
	assert_null(et_encoder_by_name(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_noise),      cmocka_unit_test(test_largest),
		cmocka_unit_test(test_every_byte), cmocka_unit_test(test_notes),
		cmocka_unit_test(test_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
