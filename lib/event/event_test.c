/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests the public functions that read an event: with valid events of all types, with malformed
 * records, and with copies of events.
 */
#include <errno.h>
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

#include "lib/decode/decode.h"
#include "lib/decode/layouts.h"
#include "lib/decode/record_builder.h"
#include "lib/encode/golden_cases.h"
#include "lib/event/compare.h"
#include "lib/include/eventstrace.h"

static struct et_event make_lost(struct et_lost *lost)
{
	*lost = (struct et_lost){
		.hdr = { .ts = 5,
			 .size = sizeof(*lost),
			 .type = ET_LOST,
			 .version = ET_WIRE_VERSION,
			 .format = ET_FORMAT_VARLEN,
			 .fixed = sizeof(*lost) },
		.count = 7,
		.cpu = 3,
		.lane = -1,
		.ring = ET_RING_BULK,
		.after_ts_ns = 4,
		.before_ts_ns = 5,
		.cause = ET_LOST_CAUSE_USER_SHARE,
	};
	return (struct et_event){ .hdr = &lost->hdr, .time_ns = 1795364573123456789 };
}

static void test_fields_are_those_of_json(void **state)
{
	struct et_event event;
	struct et_lost lost;
	size_t n;
	int r;

	(void)state;
	for (n = 0; (r = et_golden_event(n, &event)) > 0; n++) {
		compare_with_json(&event);
		compare_typed(&event);
	}
	assert_int_equal(r, 0);
	assert_true(n > 40);
	event = make_lost(&lost);
	compare_with_json(&event);
	compare_typed(&event);
}

/* Each event type has fields, and the name and id that et_event_infos() returns. */
static void test_types(void **state)
{
	uint64_t seen = 0;
	struct et_event event;
	size_t count;
	const struct et_event_info *infos = et_event_infos(&count);

	(void)state;
	for (size_t n = 0; et_golden_event(n, &event) > 0; n++) {
		for (size_t i = 0; i < count; i++) {
			if (infos[i].id != et_event__id(&event))
				continue;
			assert_string_equal(infos[i].name, et_event__name(&event));
			seen |= ET_EVENT_BIT(infos[i].id);
		}
		assert_true(et_event__time_ns(&event) > 1795364573000000000);
		assert_ptr_equal(et_event__pids(&event), event.hdr + 1);
	}
	for (size_t i = 0; i < count; i++)
		assert_true(seen & ET_EVENT_BIT(infos[i].id));
}

static void test_lost(void **state)
{
	struct et_lost lost;
	struct et_event event = make_lost(&lost);

	(void)state;
	assert_int_equal(et_event__id(&event), ET_EVENT_LOST);
	assert_string_equal(et_event__name(&event), "LOST");
	assert_null(et_event__pids(&event));
	assert_int_equal(et_lost__count(&event), 7);
	assert_int_equal(et_lost__lane(&event), -1);
	assert_string_equal(et_lost__ring(&event), "bulk");
	assert_int_equal(et_lost__cause(&event), ET_EVENT_LOST_CAUSE_USER_SHARE);
	assert_string_equal(et_lost_cause_name(et_lost__cause(&event)), "USER_SHARE");
	assert_int_equal(et_lost__before_ts_ns(&event), 5);
	assert_null(et_lost_cause_name(200));
}

static void test_find(void **state)
{
	struct et_field field = ET_FIELD_INIT, small = { .sz = 8 };
	struct et_lost lost;
	struct et_event event = make_lost(&lost);
	const char *const missing[] = { "",       ".",       "coun",      "counts",
					"count.", "count.x", "pids.tgid", "cause.x" };

	(void)state;
	for (size_t i = 0; i < sizeof(missing) / sizeof(*missing); i++)
		assert_int_equal(et_event__find_field(&event, missing[i], &field), -ENOENT);
	assert_int_equal(et_event__find_field(&event, "count", &small), -EINVAL);
	assert_false(et_event__next_field(&event, &small));
	assert_int_equal(et_event__find_field(&event, "lane", &field), 0);
	assert_true(et_event__next_field(&event, &field));
	assert_string_equal(field.path, "ring");
	assert_int_equal(et_golden_event(0, &event), 1);
	field = (struct et_field)ET_FIELD_INIT;
	assert_int_equal(et_event__find_field(&event, "pids.", &field), -ENOENT);
	assert_int_equal(et_event__find_field(&event, "creds.tgid", &field), -ENOENT);
}

/* If the caller's struct et_field is smaller than the library's, no byte after it is written. */
static void test_smaller_field(void **state)
{
	struct {
		struct et_field field;
		char after[64];
	} caller;
	struct et_lost lost;
	struct et_event event = make_lost(&lost);
	size_t sz = offsetof(struct et_field, data);

	(void)state;
	memset(&caller, 0xaa, sizeof(caller));
	caller.field.sz = sz;
	caller.field.private_ = 0;
	for (unsigned int n = 0; et_event__next_field(&event, &caller.field); n++)
		assert_true(n < 100);
	for (const char *p = (char *)&caller + sz; p < (char *)(&caller + 1); p++)
		assert_int_equal((unsigned char)*p, 0xaa);
}

static void expect_list(const char *list, size_t size, const char *const *expected)
{
	const char *string;
	size_t len = 77;

	while ((string = et_strings__next(&list, &size, &len))) {
		if (!*expected)
			abort();
		assert_int_equal(len, strlen(*expected));
		assert_memory_equal(string, *expected, len);
		expected++;
	}
	assert_null(*expected);
}

static void test_set(void **state)
{
	struct et_event_set set = ET_EVENT_SET_INIT;
	const struct et_event_info *info;

	(void)state;
	assert_int_equal(et_event_set__add(&set, 0), -EINVAL);
	assert_int_equal(et_event_set__add(&set, 63), -EINVAL);
	assert_int_equal(et_event_set__add(&set, ET_EVENT_LOST), -EINVAL);
	assert_int_equal(et_event_set__add_category(&set, "processes"), -EINVAL);
	for (unsigned int id = 0; id < 300; id++)
		assert_false(et_event_set__has(&set, id));
	assert_int_equal(et_event_set__add(&set, ET_EVENT_FILE_CREATE), 0);
	assert_int_equal(et_event_set__add_category(&set, "network"), 0);
	et_event_set__remove(&set, ET_EVENT_NETWORK_CONNECTION_CLOSED);
	et_event_set__remove(&set, 100000);
	for (unsigned int id = 0; id < 300; id++)
		assert_int_equal(et_event_set__has(&set, id),
				 id == ET_EVENT_FILE_CREATE ||
					 id == ET_EVENT_NETWORK_CONNECTION_ATTEMPTED ||
					 id == ET_EVENT_NETWORK_CONNECTION_ACCEPTED);
	assert_int_equal(et_event_set__add_category(&set, NULL), 0);
	for (size_t n = 0; (info = et_event_info_at(n)); n++)
		assert_true(et_event_set__has(&set, info->id));
}

static void test_strings(void **state)
{
	(void)state;
	expect_list("", 0, (const char *const[]){ NULL });
	expect_list("a", 1, (const char *const[]){ "a", NULL });
	expect_list("a\0", 2, (const char *const[]){ "a", NULL });
	expect_list("a\0\0", 3, (const char *const[]){ "a", "", NULL });
	expect_list("\0", 1, (const char *const[]){ "", NULL });
	expect_list("ls\0-l\0/et", 9, (const char *const[]){ "ls", "-l", "/et", NULL });
}

static char *format(const struct et_event *event, size_t *ret_size)
{
	size_t max = et_event__format_max(event, "json");
	char *line = malloc(max);

	assert_non_null(line);
	assert_int_equal(et_event__format(event, "json", line, max, ret_size), 0);
	return line;
}

static void test_format(void **state)
{
	size_t size, again = 1234;
	struct et_event event;
	struct et_golden golden;
	char *line, *tight;

	(void)state;
	assert_int_equal(et_golden_case(1, &golden), 1);
	assert_int_equal(et_golden_event(1, &event), 1);
	line = format(&event, &size);
	assert_int_equal(size, golden.size);
	assert_memory_equal(line, golden.line, size);

	/*
	 * The line fits into a buffer of exactly its size, but not into one that is a byte smaller.
	 */
	tight = malloc(size);
	assert_non_null(tight);
	assert_int_equal(et_event__format(&event, "json", tight, size - 1, &again), -ENOSPC);
	assert_int_equal(again, 1234);
	assert_int_equal(et_event__format(&event, "json", tight, size, &again), 0);
	assert_int_equal(again, size);
	assert_memory_equal(tight, line, size);

	assert_int_equal(et_event__format(&event, "xml", tight, size, &again), -EINVAL);
	assert_int_equal(et_event__format_max(&event, "xml"), 0);
	free(tight);
	free(line);
	free(golden.line);
}

/*
 * Each format makes one line of each event. If the buffer is too small, et_event__format() returns
 * -ENOSPC.
 */
static void test_every_format(void **state)
{
	static const char *const formats[] = { "json", "text", "ecs" };
	struct et_event event;
	struct et_lost lost;

	(void)state;
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		bool more = true;

		for (size_t n = 0; more; n++) {
			size_t max, size = 0;
			char *line;

			/* After all golden events, use a LOST event. */
			more = et_golden_event(n, &event) > 0;
			if (!more)
				event = make_lost(&lost);
			max = et_event__format_max(&event, formats[i]);
			assert_true(max > 0);
			line = malloc(max);
			assert_non_null(line);
			assert_int_equal(et_event__format(&event, formats[i], line, max, &size), 0);
			assert_true(size > 10 && size <= max);
			assert_ptr_equal(memchr(line, '\n', size), line + size - 1);
			assert_int_equal(et_event__format(&event, formats[i], line, 5, &size),
					 -ENOSPC);
			free(line);
		}
	}
}

/*
 * A copy of an event, and a copy of this copy, have all fields, even after the record is
 * overwritten.
 */
static void test_copy(void **state)
{
	struct et_event event, *copy, *second;
	struct et_lost lost;
	size_t size, again;
	char *line, *copied;

	(void)state;
	for (size_t n = 0; et_golden_event(n, &event) > 0; n++) {
		line = format(&event, &size);
		assert_int_equal(et_event__copy(&event, &copy), 0);
		assert_int_equal(et_golden_event(n ? 0 : 1, &event), 1);
		assert_int_equal(et_event__copy(copy, &second), 0);
		et_event__free(copy);
		compare_with_json(second);
		compare_typed(second);
		copied = format(second, &again);
		assert_int_equal(again, size);
		assert_memory_equal(copied, line, size);
		et_event__free(second);
		free(copied);
		free(line);
	}
	event = make_lost(&lost);
	assert_int_equal(et_event__copy(&event, &copy), 0);
	memset(&lost, 0xaa, sizeof(lost));
	assert_int_equal(et_lost__count(copy), 7);
	et_event__free(copy);
	et_event__free(NULL);
}

static __u64 noise(__u64 *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

/*
 * Decode a record in a memory block of its size, and compare its fields. Return: true if the
 * decoder accepts it.
 */
static bool read_hostile(struct et_layouts *layouts, const unsigned char *rec, size_t len)
{
	unsigned char *exact = malloc(len);
	struct et_event event, *copy;
	bool is_valid;

	assert_non_null(exact);
	memcpy(exact, rec, len);
	is_valid = et_layouts_decode(layouts, exact, len, &event) == 0;
	if (is_valid) {
		compare_with_json(&event);
		compare_typed(&event);
		assert_int_equal(et_event__copy(&event, &copy), 0);
		compare_with_json(copy);
		et_event__free(copy);
	}
	free(exact);
	return is_valid;
}

/*
 * Change a few bytes of valid records. If the decoder accepts a record, the public functions return
 * the same values as its JSON line, and read no byte outside of the record.
 */
static void hostile(bool fixed)
{
	static unsigned char mutated[256 * 1024];
	struct et_layouts *layouts = NULL;
	__u64 seed = 0x9e3779b97f4a7c15;
	unsigned int valid = 0, rounds = fixed ? 500 : 4000;
	struct et_event event;

	assert_int_equal(et_layouts_new(&layouts), 0);
	for (unsigned int round = 0; round < rounds; round++) {
		size_t len;
		int r = fixed ? et_golden_event_fixed(round % 40, &event)
			      : et_golden_event(round % 40, &event);

		assert_int_equal(r, 1);
		len = event.hdr->size;
		memcpy(mutated, event.hdr, len);
		for (__u64 n = noise(&seed) % 6 + 1; n; n--) {
			size_t from = noise(&seed) % 2 ? sizeof(struct et_header) : 0;

			mutated[from + noise(&seed) % (len - from)] = (unsigned char)noise(&seed);
		}
		valid += read_hostile(layouts, mutated, len);
	}
	assert_true(valid > rounds / 10);
	et_layouts_free(layouts);
}

static void test_hostile(void **state)
{
	(void)state;
	hostile(false);
	hostile(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields_are_those_of_json),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_smaller_field),
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_every_format),
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
