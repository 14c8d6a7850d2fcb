/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests the reader of segments, and their names. */
#include <errno.h>
#include <fcntl.h>
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/segments/folder.h"
#include "lib/segments/reader.h"
#include "lib/segments/spool.h"
#include "lib/segments/testing.h"

static void names(void **state)
{
	char name[ET_SEGMENT_NAME_SIZE];
	__u64 number = 7;

	(void)state;
	et_segment_name(42, name);
	assert_string_equal(name, "00000000000000000042.etr");
	assert_true(et_segment_parse(name, &number));
	assert_int_equal(number, 42);
	et_segment_name(UINT64_MAX, name);
	assert_true(et_segment_parse(name, &number));
	assert_true(number == UINT64_MAX);
	number = 7;
	assert_false(et_segment_parse("18446744073709551616.etr", &number));
	assert_false(et_segment_parse("0000000000000000004x.etr", &number));
	assert_false(et_segment_parse("00000000000000000042.etx", &number));
	assert_false(et_segment_parse("0000000000000000042.etr", &number));
	assert_false(et_segment_parse(".00000000000000000042.etr.new", &number));
	assert_int_equal(number, 7);
}

static void read_while_it_grows(void **state)
{
	struct et_segment_reader *segment = NULL;
	struct test_writer w = test_writer_begin(test_config(1 << 20, 0));
	__u64 count = 0;

	(void)state;
	/* The header is not written yet, so the segment does not exist. */
	assert_int_equal(et_segment_reader_open(test_folder, 1, &segment), -ENOENT);
	test_writer_add_many(&w, 3);
	test_writer_flush(&w);
	assert_int_equal(et_segment_reader_open(test_folder, 1, &segment), 0);
	assert_int_equal(test_segment_read_all(segment, 0, &count), -EAGAIN);
	assert_int_equal(count, 3);
	assert_true(et_segment_reader_grows(segment));
	assert_int_equal(test_segment_read_all(segment, 3, &count), -EAGAIN);
	assert_int_equal(count, 0);
	test_writer_add_many(&w, 1000);
	test_writer_flush(&w);
	assert_int_equal(test_segment_read_all(segment, 3, &count), -EAGAIN);
	assert_int_equal(count, 1000);
	test_writer_add_many(&w, 5);
	test_writer_end(&w);
	assert_int_equal(test_segment_read_all(segment, 1003, &count), 0);
	assert_int_equal(count, 5);
	assert_false(et_segment_reader_grows(segment));
	et_segment_reader_close(segment);
}

static void cut_off(void **state)
{
	const __u64 size = test_segment_measure();
	struct test_writer w;
	__u64 count = 0;

	(void)state;
	test_writer_killed(size, 500);
	assert_int_equal(test_segment_read(1, 0, &count), -ENODATA);
	assert_int_equal(count, 500);
	/* Make the file that a writer leaves if it is killed before it has written the header. */
	close(openat(test_folder, ".00000000000000000009.etr.new", O_WRONLY | O_CREAT, 0640));
	w = test_writer_begin(test_config(size, 2 * size));
	assert_int_equal(w.number, 2);
	assert_int_equal(faccessat(test_folder, ".00000000000000000009.etr.new", F_OK, 0), -1);
	test_writer_add_segments(&w, 2);
	/* Segment 1 has no end, so its records are counted. */
	test_expect_dropped(w.spool, 1, 500);
	test_writer_add_many(&w, 1);
	test_writer_end(&w);
}

static void flipped_bit(void **state)
{
	const __u64 size = test_segment_measure();
	struct test_writer w = test_writer_begin(test_config(size, 2 * size));
	struct et_spool_dropped dropped;
	__u64 count = 0;

	(void)state;
	test_writer_add_segments(&w, 1);
	test_segment_flip_bit(1, size / 2);
	assert_int_equal(test_segment_read(1, 0, &count), -EBADMSG);
	assert_in_range(count, 400, 600);
	test_writer_add_segments(&w, 2);
	/* Only the records before the damage are counted: those behind it cannot be read. */
	assert_true(et_spool_take_dropped(w.spool, &dropped));
	assert_int_equal(dropped.segment, 1);
	assert_int_equal(dropped.counts[ET_PROCESS_SETSID], count);
	test_writer_add_many(&w, 1);
	test_writer_end(&w);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, test_folder_make, test_folder_remove)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		TEST(read_while_it_grows),
		TEST(cut_off),
		TEST(flipped_bit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
