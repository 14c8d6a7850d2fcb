/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks the documents of the format "ecs". Each field is a field of the Elastic Common Schema and
 * has the type that the schema gives, or is in the object "eventstrace". Arguments: the file of the
 * schema's fields, and the file of the golden cases' documents. With --print as the only argument,
 * the test prints these documents:
 *
 *	bazel-bin/lib/encode/ecs_test --print > lib/encode/testdata/ecs.jsonl
 */
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

#include "lib/decode/record_builder.h"
#include "lib/encode/ecs.h"
#include "lib/encode/encode.h"
#include "lib/encode/golden_cases.h"
#include "lib/encode/identity.h"
#include "lib/encode/json_recover.h"

static const char *golden_path;
static char *schema; /* the field list, with a newline before each line */
static struct et_record rec;

static void read_schema(const char *path)
{
	FILE *f = fopen(path, "r");
	size_t room = 1 << 20, n;

	schema = malloc(room);
	if (!f || !schema)
		exit(2);
	schema[0] = '\n';
	n = fread(schema + 1, 1, room - 2, f);
	schema[n + 1] = '\0';
	fclose(f);
}

/*
 * Find the line of the field list that begins with @name and @separator. Return: the rest of this
 * line; NULL if there is no such line.
 */
static const char *find(const char *name, char separator)
{
	char line[256];
	const char *at;

	snprintf(line, sizeof(line), "\n%s%c", name, separator);
	at = strstr(schema, line);
	return at ? at + strlen(line) : NULL;
}

static bool is(const char *text, const char *word)
{
	size_t len = strlen(word);

	return !strncmp(text, word, len) && (text[len] == '\n' || text[len] == ' ');
}

static bool is_date(const char *text)
{
	static const char form[] = "0000-00-00T00:00:00.000000000Z";

	for (size_t i = 0; i < sizeof(form); i++)
		if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
			return false;
	return true;
}

static bool is_ip(const char *text)
{
	struct in6_addr address;

	return inet_pton(AF_INET, text, &address) == 1 || inet_pton(AF_INET6, text, &address) == 1;
}

static bool has_type(yyjson_val *val, const char *type)
{
	if (is(type, "long"))
		return yyjson_is_sint(val) ||
		       (yyjson_is_uint(val) && yyjson_get_uint(val) <= INT64_MAX);
	if (is(type, "boolean"))
		return yyjson_is_bool(val);
	if (!yyjson_is_str(val))
		return false;
	if (is(type, "date"))
		return is_date(yyjson_get_str(val));
	if (is(type, "ip"))
		return is_ip(yyjson_get_str(val));
	return is(type, "keyword") || is(type, "wildcard") || is(type, "match_only_text");
}

static void check_leaf(const char *name, yyjson_val *val)
{
	const char *type = find(name, ' ');
	size_t at, count;
	yyjson_val *item;

	if (!type)
		fail_msg("the schema has no field %s", name);
	if (strstr(type, " array") && strstr(type, " array") < strchr(type, '\n')) {
		if (!yyjson_is_arr(val))
			fail_msg("%s is no array", name);
		yyjson_arr_foreach(val, at, count, item) if (!has_type(item, type))
			fail_msg("%s has the wrong type", name);
		return;
	}
	if (!has_type(val, type))
		fail_msg("%s has the wrong type", name);
}

static void check_object(const char *prefix, yyjson_val *obj)
{
	size_t at, count;
	yyjson_val *key, *val;

	yyjson_obj_foreach(obj, at, count, key, val)
	{
		char name[256];

		snprintf(name, sizeof(name), "%s%s%s", prefix, *prefix ? "." : "",
			 yyjson_get_str(key));
		/* This object has the fields that are not in the schema: docs/ecs.md. */
		if (!strcmp(name, "eventstrace"))
			continue;
		/* No member of an object occurs twice. */
		assert_ptr_equal(yyjson_obj_get(obj, yyjson_get_str(key)), val);
		if (yyjson_is_obj(val))
			check_object(name, val);
		else
			check_leaf(name, val);
	}
}

/*
 * The schema must have each category of the event. For each category, the schema must list all
 * types of the event.
 */
static void check_categories(yyjson_val *event)
{
	size_t i, j, n, m;
	yyjson_val *category, *type;
	char text[128];

	snprintf(text, sizeof(text), "event.kind=%s",
		 yyjson_get_str(yyjson_obj_get(event, "kind")));
	assert_non_null(find(text, '\n'));
	snprintf(text, sizeof(text), "event.outcome=%s",
		 yyjson_get_str(yyjson_obj_get(event, "outcome")));
	assert_non_null(find(text, '\n'));
	yyjson_arr_foreach(yyjson_obj_get(event, "category"), i, n, category)
	{
		const char *types;

		snprintf(text, sizeof(text), "event.category=%s", yyjson_get_str(category));
		types = find(text, ' ');
		assert_non_null(types);
		yyjson_arr_foreach(yyjson_obj_get(event, "type"), j, m, type)
		{
			const char *found = strstr(types, yyjson_get_str(type));

			if (!found || found > strchr(types, '\n'))
				fail_msg("%s is no type of %s", yyjson_get_str(type), text);
		}
	}
}

static struct et_identity identity;
static struct et_ecs_context context;

static void make_context(void)
{
	static char path[2 * ET_ECS_PATH_MAX];

	memset(path, '\xff', sizeof(path));
	path[sizeof(path) - 10] = '/';
	context = (struct et_ecs_context){
		.executable = { path, sizeof(path) },
		.parent_executable = { path, sizeof(path) },
		.parent_start = 77,
		.user = { path, sizeof(path) },
		.effective_user = { path, sizeof(path) },
		.group = { path, sizeof(path) },
	};
}

/*
 * Encode an event. The buffer has one byte more than the bound, for the terminating 0. The address
 * sanitizer detects writes after the buffer's end. Return: the lines, which the caller frees.
 */
static char *encode(const struct et_encoder_ops *ops, const struct et_event *event,
		    const struct et_ecs_context *with, size_t *ret_len)
{
	struct et_encoder enc;
	size_t bound;
	char *line;

	et_encoder_init(&enc, ops);
	enc.identity = &identity;
	enc.context = with;
	bound = et_encode_bound(&enc, event);
	assert_true(bound <= ops->bound_max);
	line = malloc(bound + 1);
	assert_non_null(line);
	*ret_len = et_encode(&enc, event, line);
	assert_true(*ret_len <= bound);
	line[*ret_len] = '\0';
	return line;
}

static void check_document(const char *line, size_t len)
{
	yyjson_doc *doc;

	assert_int_equal(line[len - 1], '\n');
	assert_ptr_equal(strchr(line, '\n'), line + len - 1);
	doc = yyjson_read(line, len, 0);
	if (!doc)
		fail_msg("not JSON: %.2000s", line);
	check_object("", yyjson_doc_get_root(doc));
	check_categories(yyjson_obj_get(yyjson_doc_get_root(doc), "event"));
	yyjson_doc_free(doc);
}

static void check(const struct et_event *event)
{
	const struct et_ecs_context *with[] = { NULL, &context };

	for (size_t i = 0; i < 2; i++) {
		size_t len;
		char *line = encode(&et_ecs_encoder, event, with[i], &len);

		check_document(line, len);
		free(line);
	}
}

static struct et_lost lost = {
	.hdr = { .ts = 3, .size = sizeof(lost), .type = ET_LOST, .fixed = sizeof(lost) },
	.count = UINT64_MAX,
	.lane = -1,
	.cause = ET_LOST_CAUSE_RING_FULL,
	.after_ts_ns = 1,
	.before_ts_ns = UINT64_MAX,
	.uid = -1,
};

/*
 * Get event number @n of the golden documents: the golden cases, then a LOST event. Return: false
 * if there is no such event.
 */
static bool golden_event(size_t n, struct et_event *ret)
{
	static size_t events;
	int r = et_golden_event(n, ret);

	assert_true(r >= 0);
	if (r == 0) {
		if (!events)
			events = n;
		if (n > events)
			return false;
		*ret = (struct et_event){ .hdr = &lost.hdr };
	}
	ret->time_ns = 1795364573123456789 + n;
	ret->seq = 1000 + n;
	return true;
}

static void golden(void **state)
{
	FILE *f = fopen(golden_path, "r");
	struct et_event event;
	char *expected = NULL;
	size_t room = 0;

	(void)state;
	if (!f)
		abort();
	et_identity_set(&identity, "web1", "6f2c1a52-9d3e-4f43-9a3d-0a2f9c9d1b7e");
	for (size_t n = 0; golden_event(n, &event); n++) {
		size_t len;
		char *line = encode(&et_ecs_encoder, &event, NULL, &len);

		if (getline(&expected, &room, f) < 0 || strcmp(line, expected) != 0)
			fail_msg("case %zu should give\n%.2000s\nbut gives\n%.2000s", n,
				 expected ? expected : "", line);
		check(&event);
		free(line);
	}
	assert_int_equal(getline(&expected, &room, f), -1);
	free(expected);
	fclose(f);
}

static __u64 noise(__u64 *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	return *x ^= *x << 17;
}

static char bytes[64 * 1024];

/*
 * Append a field. Its bytes are a pattern with long escapes, or random; its size is the cap, or
 * random.
 */
static void add_var(enum et_var_type type, size_t cap, unsigned int round, __u64 *seed)
{
	static const char *const patterns[] = { "\xff", "\x01", "\xf4\x8f\xbb\xbf", "a/", "\0" };
	static const size_t sizes[] = { 1, 1, 4, 2, 1 };

	for (size_t i = 0; i < cap; i++)
		bytes[i] = round < 5 ? patterns[round][i % sizes[round]] : (char)noise(seed);
	et_record_var(&rec, type, bytes, round == 6 ? noise(seed) % 50 : cap);
}

/* Any record gives valid documents that are not longer than et_encode_bound(). */
static void hostile(void **state)
{
	__u64 seed = 20261130;
	struct et_event event;

	(void)state;
	et_identity_set(&identity,
			"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\"",
			"\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01");
	for (unsigned int round = 0; round < 30; round++) {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc)                            \
	{                                                                                    \
		unsigned char *fixed = et_record_begin(&rec, ET_##NAME);                     \
                                                                                             \
		for (size_t i = sizeof(struct et_header); i < sizeof(struct et_##name); i++) \
			fixed[i] = round ? (unsigned char)noise(&seed) : 0xff;               \
		rec.hdr.seq = noise(&seed);                                                  \
		rec.hdr.ts = noise(&seed);
#define ET_VAR(owner, NAME, name, doc) \
	add_var(ET_VAR_##NAME, ET_CAP_##NAME, round < 6 ? round : 6, &seed);
#define ET_EVENT_END(name)                                                 \
	assert_int_equal(et_decode(&rec, et_record_len(&rec), &event), 0); \
	event.time_ns = noise(&seed);                                      \
	event.seq = noise(&seed);                                          \
	event.older = round % 3 ? 0 : ET_GENERATION - 1;                   \
	check(&event);                                                     \
	}
#include "lib/wire/schema.def"
	}
}

/* The document has the values of the record. */
static void values(void **state)
{
	struct et_process_exec *exec = et_record_begin(&rec, ET_PROCESS_EXEC);
	struct et_event event;
	yyjson_doc *doc;
	yyjson_val *root;
	size_t len;
	char *line;

	(void)state;
	et_identity_set(&identity, "web1", "boot");
	exec->pids.tgid = 7;
	exec->pids.start_boottime_ns = 90000000;
	et_record_var(&rec, ET_VAR_ARGV, "sh\0-c\0\0a b\0", 11);
	et_record_var_str(&rec, ET_VAR_FILENAME, "/usr/bin/da.sh");
	et_record_var_str(&rec, ET_VAR_CGROUP_PATH,
			  "/system.slice/docker-0123456789abcdef0123456789abcdef0123456789abcdef"
			  "0123456789abcdef.scope");
	assert_int_equal(et_decode(&rec, et_record_len(&rec), &event), 0);
	line = encode(&et_ecs_encoder, &event, NULL, &len);
	doc = yyjson_read(line, len, 0);
	root = yyjson_doc_get_root(doc);
#define STRING(path) yyjson_get_str(yyjson_ptr_get(root, path))
	assert_string_equal(STRING("/process/command_line"), "sh -c  a b");
	assert_int_equal(yyjson_get_uint(yyjson_ptr_get(root, "/process/args_count")), 4);
	assert_string_equal(STRING("/process/executable"), "/usr/bin/da.sh");
	assert_string_equal(STRING("/process/name"), "da.sh");
	assert_string_equal(STRING("/process/entity_id"), "boot-7-9");
	assert_string_equal(STRING("/container/runtime"), "docker");
	assert_string_equal(STRING("/host/boot/id"), "boot");
	assert_string_equal(STRING("/ecs/version"), ET_ECS_VERSION);
	yyjson_doc_free(doc);
	free(line);
}

/* An event has two lines: the action, with the document's id, and the document. */
static void bulk(void **state)
{
	struct et_event event;

	(void)state;
	et_identity_set(&identity, "web1", "boot");
	for (size_t n = 0; golden_event(n, &event); n++) {
		size_t len;
		char *line = encode(&et_es_bulk_encoder, &event, NULL, &len);
		char *document = strchr(line, '\n') + 1;
		yyjson_doc *action = yyjson_read(line, (size_t)(document - line), 0);
		yyjson_doc *doc = yyjson_read(document, len - (size_t)(document - line), 0);

		check_document(document, len - (size_t)(document - line));
		assert_string_equal(
			yyjson_get_str(yyjson_ptr_get(yyjson_doc_get_root(action), "/create/_id")),
			yyjson_get_str(yyjson_ptr_get(yyjson_doc_get_root(doc), "/event/id")));
		yyjson_doc_free(action);
		yyjson_doc_free(doc);
		free(line);
	}
}

static int print(void)
{
	struct et_event event;

	et_identity_set(&identity, "web1", "6f2c1a52-9d3e-4f43-9a3d-0a2f9c9d1b7e");
	for (size_t n = 0; golden_event(n, &event); n++) {
		size_t len;
		char *line = encode(&et_ecs_encoder, &event, NULL, &len);

		fwrite(line, 1, len, stdout);
		free(line);
	}
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden),
		cmocka_unit_test(hostile),
		cmocka_unit_test(values),
		cmocka_unit_test(bulk),
	};

	if (argc > 1 && !strcmp(argv[argc - 1], "--print"))
		return print();
	if (argc != 3)
		return 2;
	read_schema(argv[1]);
	golden_path = argv[2];
	make_context();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
