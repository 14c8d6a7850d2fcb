/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Gives every 64-bit field of the schema values around 2^53, and encodes the event with each value
 * of et_options.numbers. A JSON parser reads the lines. The test then compares them with the line
 * of ET_NUMBERS_PLAIN.
 */
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
#include "lib/encode/encode.h"
#include "lib/encode/identity.h"

static struct et_record rec;
static unsigned int fields_set; /* number of 64-bit fields of the last record */

#define SET_LARGE(field, v) ((field) = (v), fields_set++)
#define set_U8(field, v)
#define set_U16(field, v)
#define set_U32(field, v) ((field) = (__u32)(v))
#define set_S32(field, v) ((field) = (__s32)(v))
#define set_U64(field, v) SET_LARGE(field, v)
#define set_S64(field, v) SET_LARGE(field, (__s64)(v))
#define set_BOOL(field, v)
#define set_DEC32(field, v)
#define set_DEC64(field, v) ((field) = (v))
#define set_COMM(field, v)  memcpy((field), "1\",9007199254740993", 16)
#define set_RING(field, v)
#define set_EVENT(field, v)
#define set_MODE(field, v)
#define set_ADDR(field, v)

/* Define functions that give all numbers of a struct or an event the value @v. */
#define ET_STRUCT_BEGIN(name, doc)                                       \
	static void set_struct_##name(struct et_##name *fields, __u64 v) \
	{                                                                \
		(void)fields;                                            \
		(void)v;
#define ET_STRUCT_END(name) }
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) \
	static void set_event_##name(__u64 v)                     \
	{                                                         \
		struct et_##name *fields = et_record_begin(&rec, ET_##NAME);
#define ET_EVENT_END(name)     \
	(void)fields, (void)v; \
	}
#define ET_SYNTHETIC_BEGIN(id, NAME, name, doc) \
	static struct et_##name name;           \
	static void set_event_##name(__u64 v)   \
	{                                       \
		struct et_##name *fields = &name;
#define ET_SYNTHETIC_END(name)           ET_EVENT_END(name)
#define ET_FIELD(owner, KIND, name, doc) set_##KIND(fields->name, v);
#define ET_SUB(owner, type, name, doc)   set_struct_##type(&fields->name, v);
#include "lib/wire/schema.def"

static yyjson_doc *encode(enum et_numbers numbers, const struct et_event *event)
{
	struct et_identity identity = { .size = 0 };
	struct et_encoder enc;
	yyjson_doc *doc;
	size_t bound, len;
	char *line;

	et_encoder_init(&enc, &et_json_members_encoder);
	et_identity_set(&identity, "a 9007199254740993", "12345678901234567890");
	enc.identity = &identity;
	enc.stamped = true;
	enc.numbers = numbers;
	bound = et_encode_bound(&enc, event);
	/*
	 * Allocate exactly the bound: the address sanitizer then detects a bound that is too small.
	 */
	line = malloc(bound);
	assert_non_null(line);
	len = et_encode(&enc, event, line);
	assert_true(len <= bound);
	doc = yyjson_read(line, len, 0);
	if (!doc)
		fail_msg("not JSON: %.*s", (int)len, line);
	free(line);
	return doc;
}

static bool is_rounded(yyjson_val *val, char text[24])
{
	const uint64_t limit = 1ULL << 53;

	if (yyjson_is_sint(val)) {
		snprintf(text, 24, "%" PRId64, yyjson_get_sint(val));
		return yyjson_get_sint(val) < -(int64_t)limit;
	}
	snprintf(text, 24, "%" PRIu64, yyjson_get_uint(val));
	return yyjson_get_uint(val) > limit;
}

/*
 * Compare two objects. Return: the number of members of @plain that @changed has as strings. With
 * ET_NUMBERS_BOTH, the string is a second member, such as "seq_string" for "seq".
 */
static unsigned int compare(enum et_numbers numbers, yyjson_val *plain, yyjson_val *changed)
{
	unsigned int rounded = 0;
	size_t at, count, extra = 0;
	yyjson_val *key, *val;

	yyjson_obj_foreach(plain, at, count, key, val)
	{
		const char *name = yyjson_get_str(key);
		yyjson_val *now = yyjson_obj_get(changed, name);
		char text[24], second[80];

		assert_non_null(now);
		/* No member of an object occurs twice. */
		assert_ptr_equal(yyjson_obj_get(plain, name), val);
		if (yyjson_is_obj(val)) {
			rounded += compare(numbers, val, now);
			continue;
		}
		if (!yyjson_is_int(val) || !is_rounded(val, text)) {
			assert_true(yyjson_equals(val, now));
			continue;
		}
		rounded++;
		if (numbers == ET_NUMBERS_BOTH) {
			assert_true(yyjson_equals(val, now));
			snprintf(second, sizeof(second), "%s_string", name);
			now = yyjson_obj_get(changed, second);
			extra++;
		}
		assert_true(yyjson_is_str(now));
		assert_string_equal(yyjson_get_str(now), text);
	}
	assert_int_equal(yyjson_obj_size(changed), yyjson_obj_size(plain) + extra);
	return rounded;
}

static void check(struct et_event event, __u64 value, bool rounded)
{
	yyjson_doc *plain, *changed;

	event.time_ns = value;
	event.seq = value;
	for (unsigned int numbers = ET_NUMBERS_BOTH; numbers <= ET_NUMBERS_STRING; numbers++) {
		plain = encode(ET_NUMBERS_PLAIN, &event);
		changed = encode(numbers, &event);
		/*
		 * time_unix_ns and seq change too, although they are no fields of the schema. ts_ns
		 * is too small to change.
		 */
		assert_int_equal(
			compare(numbers, yyjson_doc_get_root(plain), yyjson_doc_get_root(changed)),
			rounded ? fields_set + 2 : 0);
		yyjson_doc_free(plain);
		yyjson_doc_free(changed);
	}
}

static struct et_event decoded(void)
{
	struct et_event event;

	/*
	 * The encoder must print ts_ns = 1, which is no large number. For an exit, it subtracts
	 * closing_ns from hdr.ts: add closing_ns here.
	 */
	rec.hdr.ts = 1;
	if (rec.hdr.type == ET_PROCESS_EXIT)
		rec.hdr.ts += ((struct et_process_exit *)rec.bytes)->closing_ns;
	assert_int_equal(et_decode(&rec, et_record_len(&rec), &event), 0);
	return event;
}

static void every_field(void **state)
{
	static const struct {
		__u64 value;
		bool rounded;
	} values[] = {
		{ 0, false },
		{ 1ULL << 53, false },
		{ (1ULL << 53) + 1, true },
		{ 10000000000000000, true },
		{ INT64_MAX, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) \
	fields_set = 0;                                           \
	set_event_##name(values[i].value);                        \
	check(decoded(), values[i].value, values[i].rounded);
#define ET_SYNTHETIC_BEGIN(id, NAME, name, doc) \
	fields_set = 0;                         \
	set_event_##name(values[i].value);      \
	name.hdr.type = ET_##NAME;              \
	check((struct et_event){ .hdr = &name.hdr }, values[i].value, values[i].rounded);
#include "lib/wire/schema.def"
	}
}

static void negative(void **state)
{
	struct et_process_ptrace *ptrace = et_record_begin(&rec, ET_PROCESS_PTRACE);
	struct et_event event;
	yyjson_doc *doc;

	(void)state;
	ptrace->request = INT64_MIN;
	assert_int_equal(et_decode(&rec, et_record_len(&rec), &event), 0);
	doc = encode(ET_NUMBERS_STRING, &event);
	assert_string_equal(yyjson_get_str(yyjson_obj_get(yyjson_doc_get_root(doc), "request")),
			    "-9223372036854775808");
	yyjson_doc_free(doc);
	ptrace->request = -(1LL << 53);
	doc = encode(ET_NUMBERS_STRING, &event);
	assert_true(yyjson_is_sint(yyjson_obj_get(yyjson_doc_get_root(doc), "request")));
	yyjson_doc_free(doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field),
		cmocka_unit_test(negative),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
