/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/segments/testing.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/segments/folder.h"

static char path[256];
int test_folder;
struct et_record test_record;

int test_folder_make(void **state)
{
	const char *tmp = getenv("TEST_TMPDIR");

	(void)state;
	snprintf(path, sizeof(path), "%s/segments.XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(path))
		return -1;
	test_folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return test_folder < 0;
}

void test_segment_remove(__u64 number)
{
	char name[ET_SEGMENT_NAME_SIZE];

	et_segment_name(number, name);
	assert_int_equal(unlinkat(test_folder, name, 0), 0);
}

int test_folder_remove(void **state)
{
	__u64 *numbers = NULL;
	size_t count = 0;

	(void)state;
	if (et_segment_list(test_folder, &numbers, &count) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		test_segment_remove(numbers[i]);
	free(numbers);
	unlinkat(test_folder, "lock", 0);
	close(test_folder);
	return rmdir(path);
}

__u64 test_after_ns(__u64 ns)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (__u64)ts.tv_sec * S + (__u64)ts.tv_nsec + ns;
}

struct et_spool_config test_config(__u64 segment_size, __u64 size)
{
	return (struct et_spool_config){
		.folder = test_folder, .mode = 0640, .segment_size = segment_size, .size = size
	};
}

static void begin_segment(struct test_writer *w)
{
	struct et_recording_about about = {
		.events = 1ULL << ET_PROCESS_SETSID | 1ULL << ET_PROCESS_FORK,
		.program = "test",
		.origin = { .host = "host", .boot_id = "boot", .session = "session" },
	};
	struct et_sink *sink = NULL;

	w->number = et_spool_next(w->spool);
	about.origin.segment = w->number;
	about.origin.first_seq = w->seq;
	if (w->session)
		snprintf(about.origin.session, sizeof(about.origin.session), "%s", w->session);
	assert_int_equal(et_spool_sink(w->spool, &sink), 0);
	assert_int_equal(et_recording_writer_new_on(sink, &about, &w->w), 0);
	w->records = w->lost = w->not_counted = 0;
}

struct test_writer test_writer_begin_as(const char *session, struct et_spool_config config)
{
	struct test_writer w = { .session = session };

	assert_int_equal(et_spool_open(&config, &w.spool, NULL), 0);
	begin_segment(&w);
	assert_int_equal(et_spool_start(w.spool), 0);
	return w;
}

struct test_writer test_writer_begin(struct et_spool_config config)
{
	return test_writer_begin_as(NULL, config);
}

void test_record_make(__u64 n)
{
	struct et_process_setsid *setsid = et_record_begin(&test_record, ET_PROCESS_SETSID);

	setsid->hdr.ts = n;
}

int test_writer_add(struct test_writer *w)
{
	int r = et_recording_writer_make_room(w->w);

	if (r < 0)
		return r;
	test_record_make(w->seq);
	assert_int_equal(
		et_recording_writer_add(w->w, test_record.bytes, et_record_len(&test_record), 5),
		0);
	w->seq++;
	w->records++;
	return 0;
}

void test_writer_add_many(struct test_writer *w, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		assert_int_equal(test_writer_add(w), 0);
}

void test_writer_add_lost(struct test_writer *w, __u64 count, __u64 segment)
{
	const struct et_lost lost = {
		.hdr = { .size = sizeof(lost), .type = ET_LOST, .version = ET_WIRE_VERSION },
		.count = count,
		.lane = -1,
		.lost_type = ET_PROCESS_SETSID,
		.segment = segment,
	};

	assert_int_equal(et_recording_writer_make_room(w->w), 0);
	assert_int_equal(et_recording_writer_add(w->w, &lost, sizeof(lost), 5), 0);
	w->seq++;
	w->lost += count;
}

void test_writer_flush(struct test_writer *w)
{
	assert_int_equal(et_recording_writer_flush(w->w), 0);
	assert_int_equal(et_spool_drain(w->spool, test_after_ns(10 * S)), 0);
}

void test_writer_end_segment(struct test_writer *w, bool last)
{
	const struct et_file_account row = {
		.id = ET_PROCESS_SETSID,
		.attempted = w->records - w->not_counted + w->lost,
		.sent = w->records - w->not_counted,
		.lost = w->lost,
	};
	const struct et_recording_totals totals = {
		.wire_format = "test",
		.accounted = true,
		.last = last,
		.lost_told = w->lost,
		.accounts = &row,
		.count = 1,
	};
	const __u64 counts[ET_EVENT_TYPES] = { [ET_PROCESS_SETSID] = w->records + w->lost };
	const __u64 lost[ET_EVENT_TYPES] = { [ET_PROCESS_SETSID] = w->lost };

	assert_int_equal(et_recording_writer_end(w->w, &totals), 0);
	et_spool_count(w->spool, counts, lost);
	et_recording_writer_free(w->w);
}

void test_writer_turn(struct test_writer *w)
{
	test_writer_end_segment(w, false);
	begin_segment(w);
}

void test_writer_end(struct test_writer *w)
{
	test_writer_end_segment(w, true);
	assert_int_equal(et_spool_drain(w->spool, test_after_ns(10 * S)), 0);
	et_spool_close(w->spool);
}

void test_writer_add_segments(struct test_writer *w, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		test_writer_add_many(w, 1000);
		test_writer_turn(w);
		assert_int_equal(et_spool_drain(w->spool, test_after_ns(10 * S)), 0);
	}
}

void test_writer_killed(__u64 size, unsigned int count)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (!pid) {
		struct test_writer w = test_writer_begin(test_config(size, 2 * size));

		test_writer_add_many(&w, count);
		test_writer_flush(&w);
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
}

int test_segment_read_all(struct et_segment_reader *segment, __u64 first, __u64 *ret_count)
{
	struct et_recorded got;
	__u64 count = 0;
	int r;

	while ((r = et_segment_reader_next(segment, &got)) > 0) {
		const struct et_header *hdr = got.data;

		assert_int_equal(hdr->ts, first + count);
		count++;
	}
	*ret_count = count;
	return r;
}

int test_segment_read(__u64 number, __u64 first, __u64 *ret_count)
{
	struct et_segment_reader *segment = NULL;
	int r = et_segment_reader_open(test_folder, number, &segment);

	if (r < 0)
		return r;
	r = test_segment_read_all(segment, first, ret_count);
	et_segment_reader_close(segment);
	return r;
}

size_t test_segment_count(void)
{
	__u64 *numbers = NULL;
	size_t count = 0;

	assert_int_equal(et_segment_list(test_folder, &numbers, &count), 0);
	free(numbers);
	return count;
}

__u64 test_segment_size(__u64 number)
{
	char name[ET_SEGMENT_NAME_SIZE];
	struct stat st;

	et_segment_name(number, name);
	assert_int_equal(fstatat(test_folder, name, &st, 0), 0);
	return (__u64)st.st_size;
}

void test_segment_flip_bit(__u64 number, __u64 at)
{
	char name[ET_SEGMENT_NAME_SIZE], byte;
	int fd;

	et_segment_name(number, name);
	fd = openat(test_folder, name, O_RDWR);
	assert_int_equal(pread(fd, &byte, 1, (off_t)at), 1);
	byte ^= 4;
	assert_int_equal(pwrite(fd, &byte, 1, (off_t)at), 1);
	close(fd);
}

void test_expect_dropped(struct et_spool *spool, __u64 segment, __u64 events)
{
	struct et_spool_dropped dropped;

	assert_true(et_spool_take_dropped(spool, &dropped));
	assert_int_equal(dropped.segment, segment);
	assert_int_equal(dropped.counts[ET_PROCESS_SETSID], events);
	assert_int_equal(dropped.counts[0], 0);
}

void test_expect_no_dropped(struct et_spool *spool)
{
	struct et_spool_dropped dropped;

	assert_false(et_spool_take_dropped(spool, &dropped));
}

__u64 test_segment_measure(void)
{
	struct test_writer w = test_writer_begin(test_config(1 << 20, 0));
	__u64 size;

	test_writer_add_many(&w, 1000);
	test_writer_end(&w);
	size = test_segment_size(1);
	test_segment_remove(1);
	assert_int_equal(unlinkat(test_folder, "lock", 0), 0);
	return size;
}
