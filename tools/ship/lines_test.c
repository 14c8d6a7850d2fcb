/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <yyjson.h>

#include "lib/wire/schema.h"
#include "tools/ship/batch.h"
#include "tools/ship/folder.h"
#include "tools/ship/lines.h"
#include "tools/ship/spool_maker.h"

static struct spool_maker maker;
static struct ship_folder *folder;
static struct ship_lines *lines;

static void open_lines(const char *host)
{
	ship_lines__free(lines);
	lines = NULL;
	assert_int_equal(ship_lines__new(host, &lines), 0);
}

static int set_up(void **state)
{
	char error[512];

	(void)state;
	spool_maker_init(&maker);
	folder = NULL;
	open_lines(NULL);
	return ship_folder__open(maker.folder, &folder, error, sizeof(error));
}

static int tear_down(void **state)
{
	(void)state;
	ship_folder__close(folder);
	ship_lines__free(lines);
	lines = NULL;
	spool_maker_remove(&maker);
	return 0;
}

static struct ship_item next(void)
{
	struct ship_item item = { 0 };

	assert_int_equal(ship_folder__next(folder, &item), 0);
	return item;
}

static void check_line(const struct ship_line *line, uint64_t seq, const char *host)
{
	yyjson_doc *doc = yyjson_read(line->text, line->len, 0);
	yyjson_val *root = yyjson_doc_get_root(doc);

	assert_non_null(doc);
	assert_int_equal(line->text[line->len - 1], '\n');
	assert_int_equal(line->seq, seq);
	assert_string_equal(yyjson_get_str(yyjson_obj_get(root, "event_type")), "PROCESS_SETSID");
	assert_int_equal(yyjson_get_uint(yyjson_obj_get(root, "seq")), seq);
	assert_string_equal(yyjson_get_str(yyjson_obj_get(root, "host")), host);
	assert_string_equal(yyjson_get_str(yyjson_obj_get(root, "boot_id")), maker.boot_id);
	assert_int_equal(yyjson_get_uint(yyjson_obj_get(yyjson_obj_get(root, "pids"), "sid")), seq);
	/* The host booted at the beginning of 2026, and the first event came a second later. */
	assert_memory_equal(yyjson_get_str(yyjson_obj_get(root, "timestamp")),
			    "2026-01-01T00:00:01.", 20);
	yyjson_doc_free(doc);
}

static void test_lines(void **state)
{
	struct ship_line line;
	struct ship_item item;

	(void)state;
	spool_maker_segment(&maker, 2);
	spool_maker_segment(&maker, 1);
	for (uint64_t seq = 0; seq < 3; seq++) {
		item = next();
		if (!item.recorded.data)
			item = next();
		assert_int_equal(ship_lines__encode(lines, &item, &line), 0);
		check_line(&line, seq, "host-a");
	}
	open_lines("another name");
	assert_int_equal(ship_lines__encode(lines, &item, &line), 0);
	check_line(&line, 2, "another name");
}

static void test_rejected(void **state)
{
	struct ship_line line = { .seq = 42 };
	struct ship_item item;

	(void)state;
	spool_maker_segment(&maker, 1);
	item = next();
	item.recorded.len -= 8;
	assert_int_equal(ship_lines__encode(lines, &item, &line), -EBADMSG);
	assert_int_equal(line.seq, 42);
}

static void check_header(const struct ship_message *message, const char *name, const char *value)
{
	for (size_t i = 0; i < SHIP_HEADERS_MAX && message->headers[i].name; i++)
		if (strcmp(message->headers[i].name, name) == 0) {
			assert_string_equal(message->headers[i].value, value);
			return;
		}
	fail_msg("no header %s", name);
}

static void test_batch(void **state)
{
	struct ship_batch batch = { 0 };
	struct ship_message message;
	struct ship_line line;
	struct ship_item item;
	char version[16];

	(void)state;
	snprintf(version, sizeof(version), "%d", ET_GENERATION);
	maker.number = 6;
	maker.seq = 100;
	spool_maker_segment(&maker, 3);
	for (int i = 0; i < 3; i++) {
		item = next();
		assert_int_equal(ship_lines__encode(lines, &item, &line), 0);
		assert_int_equal(ship_batch_add(&batch, &item, &line, "host-a"), 0);
	}
	assert_int_equal(ship_batch_message(&batch, &message), 0);
	assert_string_equal(message.key, "host-a/00000000-0000-4000-8000-00000000000a");
	check_header(&message, "host", "host-a");
	check_header(&message, "boot_id", maker.boot_id);
	check_header(&message, "session", maker.session);
	check_header(&message, "kind", "events");
	check_header(&message, "segment", "7");
	check_header(&message, "first_seq", "100");
	check_header(&message, "last_seq", "102");
	check_header(&message, "count", "3");
	check_header(&message, "format", "json");
	check_header(&message, "schema_version", version);
	assert_int_equal(batch.records, 3);
	assert_int_equal(message.size, batch.len);
	ship_batch_clear(&batch);
	assert_int_equal(batch.count, 0);
	ship_batch_free(&batch);
}

/* A line that does not fit goes into another message. A larger one is a message alone. */
static void test_batch_limit(void **state)
{
	struct ship_segment segment = { .name = "x" };
	const struct ship_item item = { .segment = &segment };
	struct ship_batch batch = { 0 };
	struct ship_line line = { .len = SHIP_BATCH_MAX + 1 };
	char *text = calloc(1, line.len);

	(void)state;
	assert_non_null(text);
	line.text = text;
	assert_false(ship_batch_is_full(&batch, line.len));
	assert_int_equal(ship_batch_add(&batch, &item, &line, "h"), 0);
	assert_int_equal(batch.len, line.len);
	assert_true(ship_batch_is_full(&batch, 1));
	ship_batch_clear(&batch);
	line.len = SHIP_BATCH_MAX - 10;
	assert_int_equal(ship_batch_add(&batch, &item, &line, "h"), 0);
	assert_false(ship_batch_is_full(&batch, 10));
	assert_true(ship_batch_is_full(&batch, 11));
	ship_batch_free(&batch);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_lines, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_rejected, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_batch, set_up, tear_down),
		cmocka_unit_test(test_batch_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
