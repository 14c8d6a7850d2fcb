/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/account.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <yyjson.h>

#include "lib/decode/record_builder.h"
#include "lib/wire/schema.h"
#include "tools/ship/spool_maker.h"

#define NOW 1767225600123456789ULL

static struct spool_maker maker;
static struct ship_folder *folder;
static struct ship_account account;
static struct et_record rec;

static int set_up(void **state)
{
	char error[256];

	(void)state;
	spool_maker_init(&maker);
	return ship_folder__open(maker.folder, &folder, error, sizeof(error));
}

static int tear_down(void **state)
{
	(void)state;
	ship_folder__close(folder);
	spool_maker_remove(&maker);
	return 0;
}

static struct ship_item next(void)
{
	struct ship_item item = { 0 };

	assert_int_equal(ship_folder__next(folder, &item), 0);
	return item;
}

/* Count all of a segment. Return: the item of its end. */
static struct ship_item count_segment(void)
{
	struct ship_item item = next();

	ship_account_begin(&account, item.segment, item.segment->host);
	for (; item.recorded.data; item = next())
		ship_account_add(&account, &item, false);
	return item;
}

static uint64_t member(const yyjson_val *root, const char *name)
{
	yyjson_val *value = yyjson_obj_get((yyjson_val *)(uintptr_t)root, name);

	assert_true(yyjson_is_uint(value));
	return yyjson_get_uint(value);
}

static const char *text_of(const struct ship_message *message, const char *name)
{
	for (size_t i = 0; i < SHIP_HEADERS_MAX && message->headers[i].name; i++)
		if (strcmp(message->headers[i].name, name) == 0)
			return message->headers[i].value;
	return "";
}

static void test_line(void **state)
{
	struct ship_message message;
	struct ship_item end;
	yyjson_doc *doc;
	yyjson_val *root;

	(void)state;
	maker.seq = 100;
	maker.number = 6;
	spool_maker_segment(&maker, 3);
	end = count_segment();
	assert_int_equal(ship_account_end(&account, end.segment), SHIP_ACCOUNT_SEGMENT_END);
	message = ship_account_message(&account, SHIP_ACCOUNT_SEGMENT_END, NOW);
	assert_string_equal(message.key, "host-a/00000000-0000-4000-8000-00000000000a");
	assert_string_equal(text_of(&message, "kind"), "account");
	assert_string_equal(text_of(&message, "session"), maker.session);
	assert_string_equal(text_of(&message, "segment"), "7");
	doc = yyjson_read(message.payload, message.size, 0);
	root = yyjson_doc_get_root(doc);
	assert_non_null(doc);
	assert_null(yyjson_obj_get(root, "event_type"));
	assert_string_equal(yyjson_get_str(yyjson_obj_get(root, "type")), "SHIP_ACCOUNT");
	assert_string_equal(yyjson_get_str(yyjson_obj_get(root, "moment")), "segment_end");
	assert_string_equal(yyjson_get_str(yyjson_obj_get(root, "host")), "host-a");
	assert_string_equal(yyjson_get_str(yyjson_obj_get(root, "boot_id")), maker.boot_id);
	assert_string_equal(yyjson_get_str(yyjson_obj_get(root, "session")), maker.session);
	assert_int_equal(member(root, "time_unix_ns"), NOW);
	assert_int_equal(member(root, "segment"), 7);
	assert_int_equal(member(root, "first_seq"), 100);
	assert_int_equal(member(root, "next_seq"), 103);
	assert_int_equal(member(root, "received"), 3);
	assert_int_equal(member(root, "lost"), 0);
	assert_int_equal(member(root, "rejected"), 0);
	assert_int_equal(member(root, "attempted"), 3);
	yyjson_doc_free(doc);
	assert_int_equal(ship_folder__done(folder, end.segment), 0);
}

/* Before the end of a segment, nothing is known about what its probes attempted. */
static void test_running(void **state)
{
	struct ship_message message;
	struct ship_item item;

	(void)state;
	spool_maker_begin(&maker);
	spool_maker_append(&maker, 2);
	item = next();
	ship_account_begin(&account, item.segment, "another name");
	ship_account_add(&account, &item, false);
	message = ship_account_message(&account, SHIP_ACCOUNT_RUNNING, NOW);
	assert_null(memmem(message.payload, message.size, "attempted", 9));
	assert_non_null(
		memmem(message.payload, message.size, "\"next_seq\":1,\"received\":1,", 25));
	assert_string_equal(message.key, "another name/00000000-0000-4000-8000-00000000000a");
	spool_maker_abandon(&maker);
	item = next();
	ship_account_add(&account, &item, false);
	item = next();
	assert_null(item.recorded.data);
	assert_int_equal(ship_account_end(&account, item.segment), SHIP_ACCOUNT_CUT);
	assert_int_equal(account.counts.next_seq, 2);
	assert_int_equal(ship_folder__done(folder, item.segment), 0);
}

static void add(const struct ship_segment *segment, uint64_t index, bool rejected)
{
	const struct ship_item item = {
		.recorded = { .data = rec.bytes, .len = et_record_len(&rec), .index = index },
		.segment = (struct ship_segment *)(uintptr_t)segment,
	};

	ship_account_add(&account, &item, rejected);
}

/* Lost events and those that cannot be decoded are counted apart; a snapshot has no events. */
static void test_kinds(void **state)
{
	const struct ship_segment segment = { .number = 1, .first_seq = 10 };
	struct et_process_exists *exists;
	struct et_lost *lost;

	(void)state;
	ship_account_begin(&account, &segment, "h");
	exists = et_record_begin(&rec, ET_PROCESS_EXISTS);
	exists->again = true;
	add(&segment, 0, false);
	exists->again = false;
	add(&segment, 1, false);
	memset(&rec, 0, sizeof(struct et_lost));
	rec.hdr.type = ET_LOST;
	rec.hdr.size = sizeof(struct et_lost);
	lost = (struct et_lost *)rec.bytes;
	lost->count = 42;
	add(&segment, 2, false);
	et_record_begin(&rec, ET_PROCESS_SETSID);
	add(&segment, 3, true);
	assert_int_equal(account.counts.received, 1);
	assert_int_equal(account.counts.lost, 42);
	assert_int_equal(account.counts.rejected, 1);
	assert_int_equal(account.counts.next_seq, 14);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_running, set_up, tear_down),
		cmocka_unit_test(test_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
