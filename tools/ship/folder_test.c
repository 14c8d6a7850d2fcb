/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/ship/folder.h"
#include "tools/ship/spool_maker.h"

static struct spool_maker maker;
static struct ship_folder *folder;
static char error[512];

static void open_folder(void)
{
	folder = NULL;
	assert_int_equal(ship_folder__open(maker.folder, &folder, error, sizeof(error)), 0);
}

static int set_up(void **state)
{
	(void)state;
	spool_maker_init(&maker);
	open_folder();
	return 0;
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

static void check_nothing(void)
{
	struct ship_item item;

	assert_int_equal(ship_folder__next(folder, &item), -EAGAIN);
}

/* The next @count records have the numbers from @seq on. */
static struct ship_segment *check_records(uint64_t seq, uint64_t count)
{
	struct ship_segment *segment = NULL;

	for (uint64_t i = 0; i < count; i++) {
		struct ship_item item = next();

		assert_non_null(item.recorded.data);
		assert_true(item.recorded.index >= item.segment->sent_before);
		assert_int_equal(item.segment->first_seq + item.recorded.index, seq + i);
		segment = item.segment;
	}
	return segment;
}

/* The next @count records were sent by an earlier sender. */
static void check_sent(uint64_t count)
{
	for (uint64_t i = 0; i < count; i++) {
		struct ship_item item = next();

		assert_non_null(item.recorded.data);
		assert_int_equal(item.recorded.index, i);
		assert_true(item.recorded.index < item.segment->sent_before);
	}
}

static struct ship_segment *check_end(void)
{
	struct ship_item item = next();

	assert_null(item.recorded.data);
	return item.segment;
}

static bool exists(const char *path)
{
	return access(path, F_OK) == 0;
}

static void test_order(void **state)
{
	struct ship_segment *first, *second;

	(void)state;
	check_nothing();
	spool_maker_segment(&maker, 3);
	spool_maker_segment(&maker, 2);
	first = check_records(0, 3);
	assert_int_equal(first->number, 1);
	assert_string_equal(first->host, maker.host);
	assert_string_equal(first->boot_id, maker.boot_id);
	assert_string_equal(first->session, maker.session);
	assert_ptr_equal(check_end(), first);
	second = check_records(3, 2);
	assert_ptr_equal(check_end(), second);
	check_nothing();
	/* Both are there until all of them is acknowledged. */
	assert_true(exists(spool_maker_path(&maker, 1)));
	assert_int_equal(ship_folder__done(folder, first), 0);
	assert_false(exists(spool_maker_path(&maker, 1)));
	assert_true(exists(spool_maker_path(&maker, 2)));
	assert_int_equal(ship_folder__done(folder, second), 0);
	assert_false(exists(spool_maker_path(&maker, 2)));
}

static void wait_for_change(void)
{
	struct pollfd fd = { .fd = ship_folder__fd(folder), .events = POLLIN };

	assert_int_equal(poll(&fd, 1, 10000), 1);
}

static void test_growing(void **state)
{
	(void)state;
	check_nothing();
	assert_int_equal(ship_folder__timeout_ms(folder), -1);
	spool_maker_begin(&maker);
	wait_for_change();
	check_nothing();
	assert_true(ship_folder__timeout_ms(folder) > 0);
	spool_maker_append(&maker, 2);
	wait_for_change();
	check_records(0, 2);
	check_nothing();
	spool_maker_append(&maker, 1);
	wait_for_change();
	check_records(2, 1);
	check_nothing();
	spool_maker_end(&maker);
	wait_for_change();
	assert_int_equal(ship_folder__done(folder, check_end()), 0);
	check_nothing();
}

/* A writer that was killed has left no end. All records are there, and the next segment follows. */
static void test_cut_off(void **state)
{
	struct ship_segment *first;

	(void)state;
	spool_maker_begin(&maker);
	spool_maker_append(&maker, 2);
	check_records(0, 2);
	check_nothing();
	spool_maker_abandon(&maker);
	spool_maker_segment(&maker, 1);
	first = check_end();
	check_records(2, 1);
	assert_int_equal(ship_folder__done(folder, first), 0);
	assert_int_equal(ship_folder__done(folder, check_end()), 0);
}

static void flip_bit(const char *path, off_t from_end)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	off_t at = fd < 0 ? -1 : lseek(fd, -from_end, SEEK_END);
	char byte;

	assert_true(at >= 0);
	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= 1;
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	close(fd);
}

/* What comes before the damage is sent, and the file stays for people. */
static void test_damaged(void **state)
{
	struct ship_segment *first;
	char kept[600];

	(void)state;
	spool_maker_segment(&maker, 5);
	spool_maker_segment(&maker, 1);
	flip_bit(spool_maker_path(&maker, 1), 1);
	check_records(0, 5);
	first = check_end();
	check_records(5, 1);
	snprintf(kept, sizeof(kept), "%s.damaged", spool_maker_path(&maker, 1));
	assert_int_equal(ship_folder__done(folder, first), 0);
	assert_true(exists(kept));
	assert_false(exists(spool_maker_path(&maker, 1)));
	assert_int_equal(ship_folder__done(folder, check_end()), 0);
	/* It is no segment any more. */
	check_nothing();
}

static void reopen(void)
{
	ship_folder__close(folder);
	open_folder();
}

static void test_position(void **state)
{
	struct ship_segment *segment;

	(void)state;
	spool_maker_segment(&maker, 5);
	segment = check_records(0, 5);
	assert_int_equal(ship_folder__save(folder, segment, 3), 0);
	reopen();
	check_sent(3);
	segment = check_records(3, 2);
	assert_int_equal(ship_folder__save(folder, segment, 5), 0);
	reopen();
	check_sent(5);
	/* A sender was killed between the position and the deletion. */
	assert_int_equal(ship_folder__done(folder, check_end()), 0);
	check_nothing();
}

/* A segment with the same name, of another session, is another segment. */
static void test_position_of_other_session(void **state)
{
	struct ship_segment *segment;

	(void)state;
	spool_maker_segment(&maker, 5);
	segment = check_records(0, 5);
	assert_int_equal(ship_folder__save(folder, segment, 5), 0);
	assert_int_equal(unlink(spool_maker_path(&maker, 1)), 0);
	maker.number = 0;
	spool_maker_session(&maker, 'b');
	spool_maker_segment(&maker, 2);
	reopen();
	segment = check_records(0, 2);
	assert_string_equal(segment->session, maker.session);
}

/* A file that was cut while it was written is no position: everything is sent again. */
static void test_broken_position(void **state)
{
	char path[600];
	FILE *f;

	(void)state;
	spool_maker_segment(&maker, 2);
	snprintf(path, sizeof(path), "%s/ship.position", maker.folder);
	f = fopen(path, "we");
	if (!f) {
		fail_msg("cannot write %s", path);
		return;
	}
	fprintf(f, "1 00000000000000000001.etr %s 2", maker.session);
	fclose(f);
	reopen();
	check_records(0, 2);
}

static void test_one_sender(void **state)
{
	struct ship_folder *other = NULL;

	(void)state;
	assert_int_equal(ship_folder__open(maker.folder, &other, error, sizeof(error)), -EBUSY);
	assert_non_null(strstr(error, "another eventstrace-ship"));
	assert_null(other);
	reopen();
}

static void test_no_folder(void **state)
{
	struct ship_folder *none = NULL;

	(void)state;
	assert_int_equal(ship_folder__open("/no/such/folder", &none, error, sizeof(error)),
			 -ENOENT);
	assert_non_null(strstr(error, "/no/such/folder"));
}

/* The writer deletes a segment to save room: its successor is next. */
static void test_dropped(void **state)
{
	(void)state;
	spool_maker_segment(&maker, 2);
	spool_maker_segment(&maker, 3);
	assert_int_equal(unlink(spool_maker_path(&maker, 1)), 0);
	check_records(2, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_growing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cut_off, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_damaged, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_position, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_position_of_other_session, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_broken_position, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_one_sender, set_up, tear_down),
		cmocka_unit_test(test_no_folder),
		cmocka_unit_test_setup_teardown(test_dropped, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
