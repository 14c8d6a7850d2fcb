/* SPDX-License-Identifier: BSD-2-Clause */
/* The payload of a message with records: frame_test RECORDING, which has old layouts. */
#include <errno.h>
#include <fcntl.h>
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/recording/reader.h"
#include "lib/wire/schema.h"
#include "tools/ship/batch.h"
#include "tools/ship/folder.h"
#include "tools/ship/frame.h"
#include "tools/ship/spool_maker.h"

static const char *old_recording;
static struct spool_maker maker;
static struct ship_folder *folder;
static struct ship_batch batch;

static int set_up(void **state)
{
	char error[512];

	(void)state;
	spool_maker_init(&maker);
	folder = NULL;
	batch = (struct ship_batch){ 0 };
	return ship_frame__new(&batch.frame) < 0
		       ? -1
		       : ship_folder__open(maker.folder, &folder, error, sizeof(error));
}

static int tear_down(void **state)
{
	(void)state;
	ship_folder__close(folder);
	ship_batch_free(&batch);
	spool_maker_remove(&maker);
	return 0;
}

/* The records of the batch, to compare them with those of its message. */
struct kept {
	char bytes[4096];
	size_t len;
	uint64_t clock_offset;
};

#define KEPT_MAX 8

static struct kept kept[KEPT_MAX];
static struct ship_segment of; /* the segment of the records */
static unsigned int generation_of_exec;

/* Put the next @count records of the folder into the batch. */
static void add(size_t count)
{
	ship_batch_clear(&batch);
	for (size_t i = 0; i < count; i++) {
		struct ship_item item = { 0 };
		struct ship_line line;

		assert_int_equal(ship_folder__next(folder, &item), 0);
		assert_non_null(item.recorded.data);
		assert_true(item.recorded.len <= sizeof(kept[i].bytes));
		memcpy(kept[i].bytes, item.recorded.data, item.recorded.len);
		kept[i].len = item.recorded.len;
		kept[i].clock_offset = item.recorded.clock_offset;
		of = *item.segment;
		generation_of_exec = et_recording_reader_generation(of.reader, ET_PROCESS_EXEC);
		line = (struct ship_line){ .len = item.recorded.len,
					   .seq = of.first_seq + item.recorded.index };
		assert_int_equal(ship_batch_add(&batch, &item, &line, "a host"), 0);
	}
}

/* The message of the batch is a recording of its @count records, the first with number @seq. */
static void check_message(size_t count, uint64_t seq)
{
	struct et_recording_reader *reader = NULL;
	const struct et_file_origin *origin;
	struct ship_message message, again;
	struct et_recorded rec;

	assert_int_equal(ship_batch_message(&batch, &message), 0);
	assert_int_equal(et_recording_reader_new_on_bytes(message.payload, message.size, &reader),
			 0);
	for (size_t i = 0; i < count; i++) {
		int r;

		while ((r = et_recording_reader_next(reader, &rec)) == -EAGAIN)
			assert_int_equal(et_recording_reader_fill(reader), 1);
		assert_int_equal(r, 1);
		assert_int_equal(rec.len, kept[i].len);
		assert_memory_equal(rec.data, kept[i].bytes, rec.len);
		assert_int_equal(rec.clock_offset, kept[i].clock_offset);
	}
	while (et_recording_reader_next(reader, &rec) == -EAGAIN)
		assert_int_equal(et_recording_reader_fill(reader), 1);
	assert_int_equal(et_recording_reader_next(reader, &rec), 0);
	origin = et_recording_reader_origin(reader);
	assert_non_null(origin);
	assert_string_equal(origin->host, "a host");
	assert_string_equal(origin->boot_id, of.boot_id);
	assert_string_equal(origin->session, of.session);
	assert_int_equal(origin->segment, of.number);
	assert_int_equal(origin->first_seq, seq);
	assert_int_equal(et_recording_reader_generation(reader, ET_PROCESS_EXEC),
			 generation_of_exec);
	et_recording_reader_free(reader);
	/* A message that the producer has no room for is made again. */
	assert_int_equal(ship_batch_message(&batch, &again), 0);
	assert_int_equal(again.size, message.size);
	assert_ptr_equal(again.payload, message.payload);
}

static void end_of_segment(void)
{
	struct ship_item item = { 0 };

	assert_int_equal(ship_folder__next(folder, &item), 0);
	assert_null(item.recorded.data);
	assert_int_equal(ship_folder__done(folder, item.segment), 0);
}

static void test_frames(void **state)
{
	(void)state;
	maker.number = 6;
	maker.seq = 100;
	spool_maker_segment(&maker, 5);
	spool_maker_session(&maker, 'b');
	spool_maker_segment(&maker, 2);
	add(3);
	check_message(3, 100);
	add(2);
	check_message(2, 103);
	end_of_segment();
	add(1);
	check_message(1, 0);
	add(1);
	check_message(1, 1);
}

/* A segment of an older eventstrace keeps its layouts. It has no origin either. */
static void test_old_layouts(void **state)
{
	int from = open(old_recording, O_RDONLY | O_CLOEXEC);
	int to = open(spool_maker_path(&maker, 1), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	struct stat st;

	(void)state;
	if (from < 0 || to < 0)
		abort();
	assert_int_equal(fstat(from, &st), 0);
	assert_int_equal(sendfile(to, from, NULL, (size_t)st.st_size), st.st_size);
	close(from);
	close(to);
	add(4);
	assert_int_equal(generation_of_exec, 1);
	check_message(4, 0);
	add(2);
	check_message(2, 4);
}

static void test_header(void **state)
{
	struct ship_message message;
	const char *format = NULL;

	(void)state;
	spool_maker_segment(&maker, 1);
	add(1);
	assert_int_equal(ship_batch_message(&batch, &message), 0);
	for (size_t i = 0; i < SHIP_HEADERS_MAX && message.headers[i].name; i++)
		if (strcmp(message.headers[i].name, "format") == 0)
			format = message.headers[i].value;
	assert_string_equal(format, "record");
}

static void test_one_event(void **state)
{
	(void)state;
	batch.one_event = true;
	spool_maker_segment(&maker, 2);
	assert_false(ship_batch_is_full(&batch, 1));
	add(1);
	assert_true(ship_batch_is_full(&batch, 1));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_frames, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_old_layouts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_header, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_one_event, set_up, tear_down),
	};

	if (argc < 2)
		return 2;
	old_recording = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
