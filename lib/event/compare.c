/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/event/compare.h"

#include <arpa/inet.h>
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

#include "lib/encode/json_recover.h"
#include "lib/include/eventstrace.h"

/* ---- JSON ------------------------------------------------------------------------------- */

static void expect_bytes(const struct et_field *f, const char *data, size_t size, yyjson_val *val)
{
	char *bytes;
	size_t n;

	if (!yyjson_is_str(val))
		fail_msg("%s is no string", f->path);
	bytes = malloc(yyjson_get_len(val) + 1);
	assert_non_null(bytes);
	n = et_json_recover(yyjson_get_str(val), yyjson_get_len(val), bytes);
	if (n != size || memcmp(bytes, data, n) != 0)
		fail_msg("%s: %zu bytes, in JSON %zu bytes", f->path, size, n);
	free(bytes);
}

static void expect_strings(const struct et_field *f, yyjson_val *val)
{
	const char *list = f->data, *string;
	size_t left = f->size, size, n = 0;

	if (!yyjson_is_arr(val))
		fail_msg("%s is no array", f->path);
	while ((string = et_strings__next(&list, &left, &size)))
		expect_bytes(f, string, size, yyjson_arr_get(val, n++));
	assert_int_equal(n, yyjson_arr_size(val));
}

static void expect_address(const struct et_field *f, yyjson_val *val)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	bool is_ipv4 = !memcmp(f->data, mapped, 12);
	char text[INET6_ADDRSTRLEN];

	assert_int_equal(f->size, 16);
	assert_non_null(inet_ntop(is_ipv4 ? AF_INET : AF_INET6, f->data + (is_ipv4 ? 12 : 0), text,
				  sizeof(text)));
	assert_string_equal(yyjson_get_str(val), text);
}

/*
 * An unsigned field is a number in JSON, except fields of the kinds DEC32 and DEC64 in schema.def:
 * these are strings of digits.
 */
static void expect_unsigned(const struct et_field *f, yyjson_val *val)
{
	char text[32];

	if (yyjson_is_str(val)) {
		snprintf(text, sizeof(text), "%llu", (unsigned long long)f->number);
		assert_string_equal(yyjson_get_str(val), text);
		return;
	}
	if (!yyjson_is_uint(val) || yyjson_get_uint(val) != f->number)
		fail_msg("%s is not %llu in JSON", f->path, (unsigned long long)f->number);
}

static void expect_mode(const struct et_field *f, yyjson_val *val)
{
	char text[32];

	snprintf(text, sizeof(text), "%llo", (unsigned long long)f->number);
	assert_int_equal(strtoull(text, NULL, 10), yyjson_get_uint(val));
}

static void expect_json(const struct et_field *f, yyjson_val *val)
{
	switch (f->kind) {
	case ET_VALUE_UNSIGNED:
		expect_unsigned(f, val);
		return;
	case ET_VALUE_SIGNED:
		assert_true(yyjson_is_int(val));
		assert_true(yyjson_get_sint(val) == f->signed_number);
		return;
	case ET_VALUE_BOOL:
		assert_true(yyjson_is_bool(val));
		assert_int_equal(yyjson_get_bool(val), f->number);
		return;
	case ET_VALUE_ENUM:
	case ET_VALUE_STRING:
	case ET_VALUE_BYTES:
		expect_bytes(f, f->data, f->size, val);
		return;
	case ET_VALUE_STRINGS:
		expect_strings(f, val);
		return;
	case ET_VALUE_MODE:
		expect_mode(f, val);
		return;
	case ET_VALUE_ADDRESS:
		expect_address(f, val);
		return;
	case ET_VALUE_OBJECT:
		assert_true(yyjson_is_obj(val));
		return;
	}
	fail_msg("%s has the unknown kind %d", f->path, (int)f->kind);
}

static const struct {
	unsigned int flag;
	const char *name;
} flags[] = {
	{ ET_FIELD_FAULT, "fault" },
	{ ET_FIELD_DELETED, "deleted" },
	{ ET_FIELD_UNREACHABLE, "unreachable" },
	{ ET_FIELD_PARTIAL, "partial" },
	{ ET_FIELD_UNRESOLVED, "unresolved" },
};

static size_t expect_flags(const struct et_field *f, yyjson_val *val)
{
	size_t n = 0;

	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		if (f->flags & flags[i].flag)
			assert_string_equal(yyjson_get_str(yyjson_arr_get(val, n++)),
					    flags[i].name);
	assert_int_equal(n, yyjson_arr_size(val));
	return n ? 1 : 0;
}

/*
 * Check the additional JSON members, such as argv_size, of a value that was cut or has flags.
 * Return: the number of these members.
 */
static size_t expect_extras(const struct et_field *f, yyjson_val *obj)
{
	bool is_cut = (f->flags & ET_FIELD_TRUNCATED) || f->size != f->orig_size;
	yyjson_val *truncated, *size;
	char key[80];
	size_t n = 0;

	snprintf(key, sizeof(key), "%s_truncated", f->name);
	truncated = yyjson_obj_get(obj, key);
	snprintf(key, sizeof(key), "%s_size", f->name);
	size = yyjson_obj_get(obj, key);
	if (is_cut || f->kind == ET_VALUE_BYTES) {
		assert_non_null(truncated);
		assert_int_equal(yyjson_get_uint(truncated), f->orig_size - f->size);
		n++;
	}
	if (is_cut) {
		assert_non_null(size);
		assert_int_equal(yyjson_get_uint(size), f->orig_size);
		n++;
	}
	snprintf(key, sizeof(key), "%s_flags", f->name);
	return n + expect_flags(f, yyjson_obj_get(obj, key));
}

/*
 * Compare each field of the event with the JSON member of the same name. Return: the number of
 * compared members.
 */
static size_t compare_fields(const struct et_event *event, yyjson_val *root)
{
	struct et_field field = ET_FIELD_INIT, found = ET_FIELD_INIT;
	size_t members = 0;

	while (et_event__next_field(event, &field)) {
		yyjson_val *obj = root, *val;
		char object[ET_FIELD_PATH_MAX];
		const char *dot = strchr(field.path, '.');

		if (dot) {
			snprintf(object, sizeof(object), "%.*s", (int)(dot - field.path),
				 field.path);
			obj = yyjson_obj_get(root, object);
			assert_string_equal(dot + 1, field.name);
		} else {
			assert_string_equal(field.path, field.name);
		}
		val = yyjson_obj_get(obj, field.name);
		if (!val)
			fail_msg("JSON lacks %s", field.path);
		expect_json(&field, val);
		members += 1 + expect_extras(&field, obj);

		assert_int_equal(et_event__find_field(event, field.path, &found), 0);
		assert_memory_equal(&found, &field, sizeof(field));
	}
	return members;
}

static size_t count_members(yyjson_val *obj)
{
	size_t i, max, n = 0;
	yyjson_val *key, *val;

	yyjson_obj_foreach(obj, i, max, key, val) n +=
		1 + (yyjson_is_obj(val) ? count_members(val) : 0);
	return n;
}

void compare_with_json(const struct et_event *event)
{
	size_t max = et_event__format_max(event, "json"), size;
	char *line = malloc(max);
	yyjson_doc *doc;
	yyjson_val *root;

	assert_non_null(line);
	assert_int_equal(et_event__format(event, "json", line, max, &size), 0);
	doc = yyjson_read(line, size, 0);
	assert_non_null(doc);
	root = yyjson_doc_get_root(doc);
	assert_string_equal(yyjson_get_str(yyjson_obj_get(root, "event_type")),
			    et_event__name(event));
	assert_true(yyjson_get_uint(yyjson_obj_get(root, "ts_ns")) == et_event__ts_ns(event));
	/*
	 * The other three members of the JSON object are event_type, timestamp and ts_ns, which are
	 * no fields.
	 */
	assert_int_equal(compare_fields(event, root) + 3, count_members(root));
	yyjson_doc_free(doc);
	free(line);
}

/* ---- typed functions ---------------------------------------------------------------------- */

/* True if the event has the type @id and a field @path. Then @ret receives the field. */
static bool find(const struct et_event *event, unsigned int id, const char *path,
		 struct et_field *ret)
{
	return et_event__id(event) == id && et_event__find_field(event, path, ret) == 0;
}

static void check_text(bool has, const struct et_field *f, const char *data, size_t size)
{
	if (!has) {
		assert_null(data);
		return;
	}
	assert_non_null(data);
	assert_int_equal(size, f->size);
	assert_memory_equal(data, f->data, size);
}

#define ET_MEMBER(group, name)
#define ET_GROUP(owner, OWNER, group, name, generation)                                     \
	do {                                                                                \
		const struct et_event_##group *group_ = et_##owner##__##name(event);        \
		struct et_field f = ET_FIELD_INIT;                                          \
                                                                                            \
		assert_int_equal(group_ != NULL, find(event, ET_EVENT_##OWNER, #name, &f)); \
		if (group_)                                                                 \
			check_group_##group(event, #name, group_);                          \
	} while (0);
#define ET_NUMBER(owner, OWNER, type, name)                                                     \
	do {                                                                                    \
		struct et_field f = ET_FIELD_INIT;                                              \
		bool has = find(event, ET_EVENT_##OWNER, #name, &f);                            \
		type number = et_##owner##__##name(event);                                      \
                                                                                                \
		/* A field that is unsigned today may be signed in an old record. */            \
		assert_true(number ==                                                           \
			    (has ? (type)(f.kind == ET_VALUE_SIGNED ? (uint64_t)f.signed_number \
								    : f.number)                 \
				 : 0));                                                         \
	} while (0);
#define ET_TEXT(owner, OWNER, name, generation)                                  \
	do {                                                                     \
		struct et_field f = ET_FIELD_INIT;                               \
		bool has = find(event, ET_EVENT_##OWNER, #name, &f);             \
		unsigned int mask = 0;                                           \
		size_t size = 0;                                                 \
		const char *data = et_##owner##__##name(event, &size, &mask);    \
                                                                                 \
		check_text(has, &f, data, size);                                 \
		assert_int_equal(mask, has ? f.flags : 0);                       \
		assert_ptr_equal(et_##owner##__##name(event, NULL, NULL), data); \
	} while (0);
#define ET_COMM(owner, OWNER, name, generation)                            \
	do {                                                               \
		struct et_field f = ET_FIELD_INIT;                         \
		bool has = find(event, ET_EVENT_##OWNER, #name, &f);       \
		size_t size = 0;                                           \
		const char *data = et_##owner##__##name(event, &size);     \
                                                                           \
		check_text(has, &f, data, size);                           \
		assert_ptr_equal(et_##owner##__##name(event, NULL), data); \
	} while (0);
#define ET_RING(owner, OWNER, name, generation)                      \
	do {                                                         \
		struct et_field f = ET_FIELD_INIT;                   \
		bool has = find(event, ET_EVENT_##OWNER, #name, &f); \
		const char *data = et_##owner##__##name(event);      \
                                                                     \
		check_text(has, &f, data, data ? strlen(data) : 0);  \
	} while (0);

/*
 * True if the event's field "object.name" has the value @number, which the caller has read from a
 * struct of eventstrace_events.h. Addresses are not compared.
 */
static bool is_same(const struct et_event *event, const char *object, const char *name,
		    uint64_t number)
{
	struct et_field f = ET_FIELD_INIT;
	char path[ET_FIELD_PATH_MAX];

	snprintf(path, sizeof(path), "%s.%s", object, name);
	/* An old record may lack the field. Then the struct's member must be 0. */
	if (et_event__find_field(event, path, &f) < 0)
		return !number;
	return f.kind == ET_VALUE_ADDRESS || f.number == number;
}

static void check_group_pids(const struct et_event *event, const char *object,
			     const struct et_event_pids *pids)
{
	assert_true(is_same(event, object, "tid", pids->tid));
	assert_true(is_same(event, object, "tgid", pids->tgid));
	assert_true(is_same(event, object, "start_boottime_ns", pids->start_boottime_ns));
}

static void check_group_creds(const struct et_event *event, const char *object,
			      const struct et_event_creds *creds)
{
	assert_true(is_same(event, object, "euid", creds->euid));
	assert_true(is_same(event, object, "cap_effective", creds->cap_effective));
}

static void check_group_tty(const struct et_event *event, const char *object,
			    const struct et_event_tty *tty)
{
	assert_true(is_same(event, object, "winsize_rows", tty->winsize_rows));
	assert_true(is_same(event, object, "devpts", tty->devpts));
}

static void check_group_ns(const struct et_event *event, const char *object,
			   const struct et_event_ns *ns)
{
	assert_true(is_same(event, object, "uts", ns->uts));
	assert_true(is_same(event, object, "pid", ns->pid));
}

static void check_group_file_info(const struct et_event *event, const char *object,
				  const struct et_event_file_info *info)
{
	assert_true(is_same(event, object, "type", info->type));
	assert_true(is_same(event, object, "mode", info->mode));
	assert_true(is_same(event, object, "ctime", info->ctime));
}

static void check_group_net(const struct et_event *event, const char *object,
			    const struct et_event_net *net)
{
	assert_true(is_same(event, object, "source_port", net->source_port));
	assert_true(is_same(event, object, "network_namespace", net->network_namespace));
}

static void check_group_net_closed(const struct et_event *event, const char *object,
				   const struct et_event_net_closed *net)
{
	assert_true(is_same(event, object, "destination_port", net->destination_port));
	assert_true(is_same(event, object, "bytes_received", net->bytes_received));
}

void compare_typed(const struct et_event *event)
{
#include "lib/wire/accessors.inc"
	(void)event;
}
