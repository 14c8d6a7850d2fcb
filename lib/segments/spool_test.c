/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests the writer of segments: numbers, sizes, and what it drops. */
#include <errno.h>
#include <fcntl.h>
#include <linux/types.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/recording/writer.h"
#include "lib/segments/folder.h"
#include "lib/segments/spool.h"
#include "lib/segments/testing.h"

static void several_segments(void **state)
{
	struct test_writer w = test_writer_begin(test_config(1 << 20, 0));
	__u64 count = 0;

	(void)state;
	test_writer_add_many(&w, 10);
	test_writer_turn(&w);
	test_writer_add_many(&w, 20);
	test_writer_turn(&w);
	test_writer_add_many(&w, 30);
	test_writer_end(&w);
	assert_int_equal(test_segment_count(), 3);
	assert_int_equal(test_segment_read(1, 0, &count), 0);
	assert_int_equal(count, 10);
	assert_int_equal(test_segment_read(2, 10, &count), 0);
	assert_int_equal(count, 20);
	assert_int_equal(test_segment_read(3, 30, &count), 0);
	assert_int_equal(count, 30);
}

static void origin_and_mode(void **state)
{
	struct et_segment_reader *segment = NULL;
	const struct et_file_origin *origin;
	const mode_t mask = umask(0077);
	struct test_writer w = test_writer_begin(test_config(1 << 20, 0));
	struct stat st;
	__u64 count = 0;

	(void)state;
	test_writer_add_many(&w, 3);
	test_writer_turn(&w);
	test_writer_add_many(&w, 1);
	test_writer_end(&w);
	assert_int_equal(et_segment_reader_open(test_folder, 2, &segment), 0);
	assert_int_equal(test_segment_read_all(segment, 3, &count), 0);
	origin = et_recording_reader_origin(et_segment_reader_recording(segment));
	assert_string_equal(origin->session, "session");
	assert_int_equal(origin->segment, 2);
	assert_int_equal(origin->first_seq, 3);
	et_segment_reader_close(segment);
	assert_int_equal(fstatat(test_folder, "00000000000000000002.etr", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	umask(mask);
}

static void one_writer(void **state)
{
	const struct et_spool_config config = test_config(1 << 20, 0);
	struct test_writer w = test_writer_begin(config);
	struct et_spool *other = NULL;
	struct et_error err;

	(void)state;
	assert_int_equal(et_spool_open(&config, &other, &err), -EBUSY);
	assert_int_equal(err.kind, ET_ERROR_RECORD);
	assert_null(other);
	test_writer_add_many(&w, 1);
	test_writer_end(&w);
	w = test_writer_begin(config);
	test_writer_end(&w);
}

static void numbers_are_not_used_twice(void **state)
{
	struct test_writer w = test_writer_begin(test_config(1 << 20, 0));
	__u64 count = 0;

	(void)state;
	test_writer_add_many(&w, 1);
	test_writer_turn(&w);
	test_writer_add_many(&w, 1);
	test_writer_end(&w);
	/* A sender has deleted all segments. Their numbers are not used again. */
	test_segment_remove(1);
	test_segment_remove(2);
	w = test_writer_begin(test_config(1 << 20, 0));
	assert_int_equal(w.number, 3);
	w.seq = 0;
	test_writer_add_many(&w, 4);
	test_writer_end(&w);
	assert_int_equal(test_segment_read(3, 0, &count), 0);
	assert_int_equal(count, 4);
	/*
	 * The file "lock", which has the last number, is lost. The name of segment 3 shows the
	 * number.
	 */
	assert_int_equal(unlinkat(test_folder, "lock", 0), 0);
	w = test_writer_begin(test_config(1 << 20, 0));
	assert_int_equal(w.number, 4);
	test_writer_add_many(&w, 1);
	test_writer_end(&w);
}

static void the_oldest_goes(void **state)
{
	const __u64 size = test_segment_measure();
	struct test_writer w = test_writer_begin(test_config(size, 4 * size));
	struct et_spool_state spool_state;
	__u64 count = 0, total = 0;

	(void)state;
	test_writer_add_segments(&w, 4);
	test_expect_no_dropped(w.spool);
	assert_int_equal(test_segment_count(), 4);
	test_writer_add_segments(&w, 2);
	test_expect_dropped(w.spool, 1, 1000);
	test_expect_dropped(w.spool, 2, 1000);
	test_expect_no_dropped(w.spool);
	et_spool_get_state(w.spool, &spool_state);
	assert_int_equal(spool_state.dropped, 2);
	assert_int_equal(test_segment_read(2, 1000, &count), -ENOENT);
	assert_int_equal(test_segment_read(3, 2000, &count), 0);
	assert_int_equal(count, 1000);
	for (__u64 number = 3; number <= 6; number++)
		total += test_segment_size(number);
	assert_int_equal(total, 4 * size);
	/* A sender makes room. */
	test_segment_remove(3);
	test_segment_remove(4);
	test_writer_add_segments(&w, 2);
	test_expect_no_dropped(w.spool);
	test_writer_add_many(&w, 1);
	test_writer_end(&w);
}

/*
 * The spool reports how many events a dropped segment had, and how many of them it reported as
 * lost.
 */
static void losses_of_a_dropped_segment(void **state)
{
	const __u64 size = test_segment_measure();
	struct test_writer w = test_writer_begin(test_config(size, 2 * size));
	struct et_spool_dropped dropped;

	(void)state;
	test_writer_add_many(&w, 500);
	test_writer_add_lost(&w, 7, 0);
	test_writer_turn(&w);
	test_writer_add_segments(&w, 2);
	assert_true(et_spool_take_dropped(w.spool, &dropped));
	assert_int_equal(dropped.segment, 1);
	assert_int_equal(dropped.counts[ET_PROCESS_SETSID], 507);
	assert_int_equal(dropped.lost[ET_PROCESS_SETSID], 7);
	test_writer_add_many(&w, 1);
	test_writer_end(&w);
}

static void a_segment_in_use_stays(void **state)
{
	const __u64 size = test_segment_measure();
	struct et_segment_reader *segment = NULL;
	struct test_writer w = test_writer_begin(test_config(size, 4 * size));
	__u64 count = 0;

	(void)state;
	test_writer_add_segments(&w, 4);
	assert_int_equal(et_segment_reader_open(test_folder, 1, &segment), 0);
	test_writer_add_segments(&w, 1);
	test_expect_dropped(w.spool, 2, 1000);
	assert_int_equal(test_segment_read_all(segment, 0, &count), 0);
	assert_int_equal(count, 1000);
	et_segment_reader_close(segment);
	test_writer_add_segments(&w, 1);
	test_expect_dropped(w.spool, 1, 1000);
	test_writer_add_many(&w, 1);
	test_writer_end(&w);
}

static void the_newest_goes(void **state)
{
	const __u64 size = test_segment_measure();
	struct et_spool_config config = test_config(size, 4 * size);
	struct test_writer w;
	__u64 count = 0;

	(void)state;
	config.full = ET_SPOOL_DROP_NEWEST;
	w = test_writer_begin(config);
	test_writer_add_segments(&w, 6);
	test_expect_dropped(w.spool, 5, 1000);
	test_expect_dropped(w.spool, 6, 1000);
	test_expect_no_dropped(w.spool);
	assert_int_equal(test_segment_count(), 4);
	assert_int_equal(test_segment_read(1, 0, &count), 0);
	assert_int_equal(count, 1000);
	test_segment_remove(1);
	test_writer_add_segments(&w, 1);
	test_expect_no_dropped(w.spool);
	assert_int_equal(test_segment_read(7, 6000, &count), 0);
	assert_int_equal(count, 1000);
	test_writer_add_many(&w, 1);
	test_writer_end(&w);
}

static void limit_files(rlim_t size)
{
	const struct rlimit limit = { size, RLIM_INFINITY };

	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static int wait_for_error(struct et_spool *spool)
{
	struct et_spool_state spool_state;

	do {
		usleep(1000);
		et_spool_get_state(spool, &spool_state);
	} while (!spool_state.error);
	return spool_state.error;
}

/*
 * A limit of the file size makes a write fail in the middle, as a full disk does. The queue fills,
 * and then takes no more bytes. When there is room again, all bytes of the queue are written.
 */
static void no_room_on_the_disk(void **state)
{
	struct et_spool_config config = test_config(16 << 20, 0);
	const struct et_sink *sink;
	struct pollfd pfd = { .events = POLLOUT };
	struct et_spool_state spool_state;
	struct test_writer w;
	__u64 count = 0, taken;

	(void)state;
	config.queue_size = 1 << 20;
	w = test_writer_begin(config);
	test_writer_add_many(&w, 1000);
	test_writer_flush(&w);
	limit_files(test_segment_size(1) + 1001);
	test_writer_add_many(&w, 1000);
	assert_int_equal(et_recording_writer_flush(w.w), 0);
	assert_int_equal(wait_for_error(w.spool), -EFBIG);
	assert_int_equal(test_segment_size(1) % 8, 1);
	assert_int_equal(et_spool_drain(w.spool, test_after_ns(S / 100)), -EFBIG);
	while (test_writer_add(&w) == 0)
		if (w.seq % 100 == 0)
			(void)et_recording_writer_flush(w.w);
	taken = w.seq;
	sink = et_recording_writer_sink(w.w);
	pfd.fd = sink->fd;
	assert_int_equal(poll(&pfd, 1, 0), 0);
	assert_false(et_spool_is_roomy(w.spool));

	limit_files(RLIM_INFINITY);
	assert_int_equal(poll(&pfd, 1, 10000), 1);
	assert_int_equal(test_writer_add(&w), 0);
	test_writer_flush(&w);
	et_spool_get_state(w.spool, &spool_state);
	assert_int_equal(spool_state.error, 0);
	test_writer_end(&w);
	assert_int_equal(test_segment_read(1, 0, &count), 0);
	assert_int_equal(count, taken + 1);
	assert_true(taken > 5000);
}

/* In a small queue, items begin and end at many positions, also around the end of its memory. */
static void queue_wraps(void **state)
{
	struct et_spool_config config = test_config(16 << 20, 0);
	struct test_writer w;
	__u64 count = 0;

	(void)state;
	config.queue_size = 8 * 1024;
	config.sync = ET_SPOOL_SYNC_ALWAYS;
	w = test_writer_begin(config);
	for (unsigned int i = 1; i < 60; i++) {
		test_writer_add_many(&w, i % 17 + 1);
		test_writer_flush(&w);
	}
	test_writer_end(&w);
	assert_int_equal(test_segment_read(1, 0, &count), 0);
	assert_int_equal(count, w.seq);
}

/* The disk is full up to the deadline, so the bytes in the queue are never written. */
static void closed_with_a_full_disk(void **state)
{
	struct test_writer w = test_writer_begin(test_config(1 << 20, 0));
	__u64 count = 0;

	(void)state;
	test_writer_add_many(&w, 10);
	test_writer_flush(&w);
	limit_files(test_segment_size(1));
	test_writer_add_many(&w, 10);
	assert_int_equal(et_recording_writer_flush(w.w), 0);
	assert_int_equal(wait_for_error(w.spool), -EFBIG);
	test_writer_end_segment(&w, true);
	assert_int_equal(et_spool_drain(w.spool, test_after_ns(S / 100)), -EFBIG);
	et_spool_close(w.spool);
	limit_files(RLIM_INFINITY);
	assert_int_equal(test_segment_read(1, 0, &count), -ENODATA);
	assert_int_equal(count, 10);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, test_folder_make, test_folder_remove)
	const struct CMUnitTest tests[] = {
		TEST(several_segments),
		TEST(origin_and_mode),
		TEST(one_writer),
		TEST(numbers_are_not_used_twice),
		TEST(the_oldest_goes),
		TEST(losses_of_a_dropped_segment),
		TEST(a_segment_in_use_stays),
		TEST(the_newest_goes),
		TEST(no_room_on_the_disk),
		TEST(queue_wraps),
		TEST(closed_with_a_full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
