/* SPDX-License-Identifier: BSD-2-Clause */
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <yyjson.h>

#include "lib/decode/decode.h"
#include "lib/decode/record_builder.h"
#include "lib/encode/encode.h"
#include "lib/encode/identity.h"
#include "lib/wire/schema.h"
#include "tools/ship/shorten.h"

static struct et_record rec;
static char *line;

/* The line of the record, cut to @max bytes. Return: its length. */
static size_t cut_line(size_t max)
{
	struct et_event event = { 0 };
	struct et_identity identity;
	struct et_encoder encoder;
	char host[72];
	size_t len;

	memset(host, '\001', sizeof(host));
	host[sizeof(host) - 1] = '\0';
	et_identity_set(&identity, host, "00000000-0000-4000-8000-00000000000a");
	et_encoder_init(&encoder, &et_json_encoder);
	encoder.identity = &identity;
	encoder.stamped = true;
	assert_int_equal(et_decode(rec.bytes, et_record_len(&rec), &event), 0);
	event.time_ns = event.seq = UINT64_MAX;
	len = et_encode(&encoder, &event, line);
	while (len > max && ship_shorten(&event, len, max))
		len = et_encode(&encoder, &event, line);
	return len;
}

static void fill(enum et_var_type type, size_t size, char c)
{
	char *text = malloc(size);

	assert_non_null(text);
	memset(text, c, size);
	et_record_var(&rec, type, text, size);
	free(text);
}

static yyjson_val *member(yyjson_doc *doc, const char *name)
{
	return yyjson_obj_get(yyjson_doc_get_root(doc), name);
}

/* The environment goes first, and the arguments stay whole as long as it suffices. */
static void test_order(void **state)
{
	yyjson_doc *doc;
	size_t len;

	(void)state;
	et_record_begin(&rec, ET_PROCESS_EXEC);
	fill(ET_VAR_ARGV, 5000, 'a');
	fill(ET_VAR_ENV, 5000, 'e');
	len = cut_line(8000);
	assert_true(len <= 8000 && len > 7900);
	doc = yyjson_read(line, len, 0);
	assert_non_null(doc);
	assert_int_equal(yyjson_get_len(yyjson_arr_get_first(member(doc, "argv"))), 5000);
	assert_null(member(doc, "argv_truncated"));
	assert_int_equal(yyjson_get_len(yyjson_arr_get_first(member(doc, "env"))) +
				 yyjson_get_uint(member(doc, "env_truncated")),
			 5000);
	assert_int_equal(yyjson_get_uint(member(doc, "env_size")), 5000);
	yyjson_doc_free(doc);
	len = cut_line(5000);
	doc = yyjson_read(line, len, 0);
	assert_true(len <= 5000);
	assert_int_equal(yyjson_get_uint(member(doc, "env_truncated")), 5000);
	assert_true(yyjson_get_uint(member(doc, "argv_truncated")) > 0);
	yyjson_doc_free(doc);
}

/* A record that was cut before: the missing bytes are counted together. */
static void test_cut_before(void **state)
{
	yyjson_doc *doc;
	size_t len;

	(void)state;
	et_record_begin(&rec, ET_PROCESS_EXEC);
	fill(ET_VAR_ARGV, 60000, 'a');
	len = cut_line(8000);
	doc = yyjson_read(line, len, 0);
	assert_non_null(doc);
	assert_int_equal(yyjson_get_uint(member(doc, "argv_size")), 60000);
	assert_int_equal(yyjson_get_len(yyjson_arr_get_first(member(doc, "argv"))) +
				 yyjson_get_uint(member(doc, "argv_truncated")),
			 60000);
	yyjson_doc_free(doc);
}

/* A path keeps its end. */
static void test_path(void **state)
{
	char path[4096];
	yyjson_doc *doc;
	const char *kept;
	size_t len;

	(void)state;
	memset(path, '\001', sizeof(path));
	memcpy(path + sizeof(path) - 5, "/name", 5);
	et_record_begin(&rec, ET_FILE_CREATE);
	et_record_var(&rec, ET_VAR_PATH, path, sizeof(path));
	len = cut_line(SHIP_LINE_MIN);
	assert_true(len <= SHIP_LINE_MIN);
	doc = yyjson_read(line, len, 0);
	assert_non_null(doc);
	kept = yyjson_get_str(member(doc, "path"));
	assert_string_equal(kept + strlen(kept) - 5, "/name");
	assert_int_equal(strlen(kept) + yyjson_get_uint(member(doc, "path_truncated")),
			 sizeof(path));
	yyjson_doc_free(doc);
}

/* A short line stays as it is. */
static void test_short(void **state)
{
	size_t len;

	(void)state;
	et_record_begin(&rec, ET_PROCESS_EXEC);
	fill(ET_VAR_ARGV, 100, 'a');
	len = cut_line(SHIP_LINE_MIN);
	line[len] = '\0';
	assert_null(strstr(line, "truncated"));
}

/* True if events of the type @id have the field. */
static bool has_field(unsigned int id, enum et_var_type type)
{
	struct et_event event = { 0 };

	et_record_begin(&rec, id);
	fill(type, 1, 'x');
	if (et_decode(rec.bytes, et_record_len(&rec), &event) < 0)
		return false;
	for (size_t i = 0; i < ET_VARS_MAX; i++)
		if (event.vars[i].data)
			return true;
	return false;
}

/* The smallest limit holds for each event, with the worst text and all numbers large. */
static void test_all_events(void **state)
{
	(void)state;
	for (unsigned int id = 1; id < ET_EVENT_TYPES; id++) {
		bool has[ET_VAR_TYPES] = { false };
		yyjson_doc *doc;
		size_t len;

		for (unsigned int type = 1; type < ET_VAR_TYPES; type++)
			has[type] = has_field(id, type);
		et_record_begin(&rec, id);
		memset(rec.bytes + sizeof(rec.hdr), 0xff, et_record_len(&rec) - sizeof(rec.hdr));
		for (unsigned int type = 1; type < ET_VAR_TYPES; type++)
			if (has[type])
				fill(type, 4096, '\001');
		len = cut_line(SHIP_LINE_MIN);
		if (len > SHIP_LINE_MIN)
			fail_msg("event %u has a line of %zu bytes", id, len);
		doc = yyjson_read(line, len, 0);
		assert_non_null(doc);
		yyjson_doc_free(doc);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),      cmocka_unit_test(test_cut_before),
		cmocka_unit_test(test_path),       cmocka_unit_test(test_short),
		cmocka_unit_test(test_all_events),
	};
	int failures;

	line = malloc(et_json_encoder.bound_max + 1);
	if (!line)
		return 2;
	failures = cmocka_run_group_tests(tests, NULL, NULL);
	free(line);
	return failures;
}
