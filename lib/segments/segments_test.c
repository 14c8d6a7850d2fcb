/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <linux/types.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/decode/record_builder.h"
#include "lib/recording/writer.h"
#include "lib/segments/folder.h"
#include "lib/segments/reader.h"
#include "lib/segments/spool.h"
#include "lib/segments/verify.h"

#define S 1000000000ULL

static char path[256];
static int folder;
static struct et_record rec;

static int make_folder(void **state)
{
	const char *tmp = getenv("TEST_TMPDIR");

	(void)state;
	snprintf(path, sizeof(path), "%s/segments.XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(path))
		return -1;
	folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return folder < 0;
}

static void remove_segment(__u64 number)
{
	char name[ET_SEGMENT_NAME_SIZE];

	et_segment_name(number, name);
	assert_int_equal(unlinkat(folder, name, 0), 0);
}

static int remove_folder(void **state)
{
	__u64 *numbers = NULL;
	size_t count = 0;

	(void)state;
	if (et_segment_list(folder, &numbers, &count) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		remove_segment(numbers[i]);
	free(numbers);
	unlinkat(folder, "lock", 0);
	close(folder);
	return rmdir(path);
}

static __u64 after(__u64 ns)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (__u64)ts.tv_sec * S + (__u64)ts.tv_nsec + ns;
}

/* ---- a writer ------------------------------------------------------------------------------ */

struct writing {
	struct et_spool *spool;
	struct et_recording_writer *w;
	__u64 number; /* of the present segment */
	__u64 records;
	__u64 seq;
	__u64 lost;          /* events that LOST records of the present segment report */
	__u64 not_counted;   /* records that its account lacks */
	const char *session; /* NULL: "session" */
};

static struct et_spool_config config_of(__u64 segment_size, __u64 size)
{
	return (struct et_spool_config){
		.folder = folder, .mode = 0640, .segment_size = segment_size, .size = size
	};
}

static void begin_segment(struct writing *w)
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

static struct writing begin_as(const char *session, struct et_spool_config config)
{
	struct writing w = { .session = session };

	assert_int_equal(et_spool_open(&config, &w.spool, NULL), 0);
	begin_segment(&w);
	assert_int_equal(et_spool_start(w.spool), 0);
	return w;
}

static struct writing begin(struct et_spool_config config)
{
	return begin_as(NULL, config);
}

/* The record number @n of the session. */
static void make_record(__u64 n)
{
	struct et_process_setsid *setsid = et_record_begin(&rec, ET_PROCESS_SETSID);

	setsid->hdr.ts = n;
}

static int add(struct writing *w)
{
	int r = et_recording_writer_make_room(w->w);

	if (r < 0)
		return r;
	make_record(w->seq);
	assert_int_equal(et_recording_writer_add(w->w, rec.bytes, et_record_len(&rec), 5), 0);
	w->seq++;
	w->records++;
	return 0;
}

static void add_many(struct writing *w, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		assert_int_equal(add(w), 0);
}

static void flush(struct writing *w)
{
	assert_int_equal(et_recording_writer_flush(w->w), 0);
	assert_int_equal(et_spool_drain(w->spool, after(10 * S)), 0);
}

static void end_segment(struct writing *w, bool last)
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
	__u64 counts[ET_EVENT_TYPES] = { [ET_PROCESS_SETSID] = w->records };

	assert_int_equal(et_recording_writer_end(w->w, &totals), 0);
	et_spool_count(w->spool, counts);
	et_recording_writer_free(w->w);
}

static void turn(struct writing *w)
{
	end_segment(w, false);
	begin_segment(w);
}

static void end(struct writing *w)
{
	end_segment(w, true);
	assert_int_equal(et_spool_drain(w->spool, after(10 * S)), 0);
	et_spool_close(w->spool);
}

/* ---- a reader ------------------------------------------------------------------------------ */

/* Read all records that there are now, which have the times @first and up. */
static int read_all(struct et_segment_reader *segment, __u64 first, __u64 *ret_count)
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

/* Read a whole segment. */
static int read_segment(__u64 number, __u64 first, __u64 *ret_count)
{
	struct et_segment_reader *segment = NULL;
	int r = et_segment_reader_open(folder, number, &segment);

	if (r < 0)
		return r;
	r = read_all(segment, first, ret_count);
	et_segment_reader_close(segment);
	return r;
}

static size_t segment_count(void)
{
	__u64 *numbers = NULL;
	size_t count = 0;

	assert_int_equal(et_segment_list(folder, &numbers, &count), 0);
	free(numbers);
	return count;
}

static __u64 size_of(__u64 number)
{
	char name[ET_SEGMENT_NAME_SIZE];
	struct stat st;

	et_segment_name(number, name);
	assert_int_equal(fstatat(folder, name, &st, 0), 0);
	return (__u64)st.st_size;
}

/* ---- tests --------------------------------------------------------------------------------- */

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

static void several_segments(void **state)
{
	struct writing w = begin(config_of(1 << 20, 0));
	__u64 count = 0;

	(void)state;
	add_many(&w, 10);
	turn(&w);
	add_many(&w, 20);
	turn(&w);
	add_many(&w, 30);
	end(&w);
	assert_int_equal(segment_count(), 3);
	assert_int_equal(read_segment(1, 0, &count), 0);
	assert_int_equal(count, 10);
	assert_int_equal(read_segment(2, 10, &count), 0);
	assert_int_equal(count, 20);
	assert_int_equal(read_segment(3, 30, &count), 0);
	assert_int_equal(count, 30);
}

static void origin_and_mode(void **state)
{
	struct et_segment_reader *segment = NULL;
	const struct et_file_origin *origin;
	const mode_t mask = umask(0077);
	struct writing w = begin(config_of(1 << 20, 0));
	struct stat st;
	__u64 count = 0;

	(void)state;
	add_many(&w, 3);
	turn(&w);
	add_many(&w, 1);
	end(&w);
	assert_int_equal(et_segment_reader_open(folder, 2, &segment), 0);
	assert_int_equal(read_all(segment, 3, &count), 0);
	origin = et_recording_reader_origin(et_segment_reader_recording(segment));
	assert_string_equal(origin->session, "session");
	assert_int_equal(origin->segment, 2);
	assert_int_equal(origin->first_seq, 3);
	et_segment_reader_close(segment);
	assert_int_equal(fstatat(folder, "00000000000000000002.etr", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	umask(mask);
}

static void read_while_it_grows(void **state)
{
	struct et_segment_reader *segment = NULL;
	struct writing w = begin(config_of(1 << 20, 0));
	__u64 count = 0;

	(void)state;
	/* Without a header there is no segment. */
	assert_int_equal(et_segment_reader_open(folder, 1, &segment), -ENOENT);
	add_many(&w, 3);
	flush(&w);
	assert_int_equal(et_segment_reader_open(folder, 1, &segment), 0);
	assert_int_equal(read_all(segment, 0, &count), -EAGAIN);
	assert_int_equal(count, 3);
	assert_true(et_segment_reader_grows(segment));
	assert_int_equal(read_all(segment, 3, &count), -EAGAIN);
	assert_int_equal(count, 0);
	add_many(&w, 1000);
	flush(&w);
	assert_int_equal(read_all(segment, 3, &count), -EAGAIN);
	assert_int_equal(count, 1000);
	add_many(&w, 5);
	end(&w);
	assert_int_equal(read_all(segment, 1003, &count), 0);
	assert_int_equal(count, 5);
	assert_false(et_segment_reader_grows(segment));
	et_segment_reader_close(segment);
}

static void one_writer(void **state)
{
	const struct et_spool_config config = config_of(1 << 20, 0);
	struct writing w = begin(config);
	struct et_spool *other = NULL;
	struct et_error err;

	(void)state;
	assert_int_equal(et_spool_open(&config, &other, &err), -EBUSY);
	assert_int_equal(err.kind, ET_ERROR_RECORD);
	assert_null(other);
	add_many(&w, 1);
	end(&w);
	w = begin(config);
	end(&w);
}

static void numbers_are_not_used_twice(void **state)
{
	struct writing w = begin(config_of(1 << 20, 0));
	__u64 count = 0;

	(void)state;
	add_many(&w, 1);
	turn(&w);
	add_many(&w, 1);
	end(&w);
	/* The sender has deleted all. */
	remove_segment(1);
	remove_segment(2);
	w = begin(config_of(1 << 20, 0));
	assert_int_equal(w.number, 3);
	w.seq = 0;
	add_many(&w, 4);
	end(&w);
	assert_int_equal(read_segment(3, 0, &count), 0);
	assert_int_equal(count, 4);
	/* The file with the last number is lost: the names show it. */
	assert_int_equal(unlinkat(folder, "lock", 0), 0);
	w = begin(config_of(1 << 20, 0));
	assert_int_equal(w.number, 4);
	add_many(&w, 1);
	end(&w);
}

/* Write @count segments of 1,000 records, each of which is on the disk before the next begins. */
static void write_segments(struct writing *w, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		add_many(w, 1000);
		turn(w);
		assert_int_equal(et_spool_drain(w->spool, after(10 * S)), 0);
	}
}

static void expect_dropped(struct et_spool *spool, __u64 segment, __u64 events)
{
	struct et_spool_dropped dropped;

	assert_true(et_spool_take_dropped(spool, &dropped));
	assert_int_equal(dropped.segment, segment);
	assert_int_equal(dropped.counts[ET_PROCESS_SETSID], events);
	assert_int_equal(dropped.counts[0], 0);
}

static void expect_no_dropped(struct et_spool *spool)
{
	struct et_spool_dropped dropped;

	assert_false(et_spool_take_dropped(spool, &dropped));
}

/* The exact size of a segment of write_segments(). */
static __u64 measure_segment(void)
{
	struct writing w = begin(config_of(1 << 20, 0));
	__u64 size;

	add_many(&w, 1000);
	end(&w);
	size = size_of(1);
	remove_segment(1);
	assert_int_equal(unlinkat(folder, "lock", 0), 0);
	return size;
}

static void the_oldest_goes(void **state)
{
	const __u64 size = measure_segment();
	struct writing w = begin(config_of(size, 4 * size));
	struct et_spool_state spool_state;
	__u64 count = 0, total = 0;

	(void)state;
	write_segments(&w, 4);
	expect_no_dropped(w.spool);
	assert_int_equal(segment_count(), 4);
	write_segments(&w, 2);
	expect_dropped(w.spool, 1, 1000);
	expect_dropped(w.spool, 2, 1000);
	expect_no_dropped(w.spool);
	et_spool_get_state(w.spool, &spool_state);
	assert_int_equal(spool_state.dropped, 2);
	assert_int_equal(read_segment(2, 1000, &count), -ENOENT);
	assert_int_equal(read_segment(3, 2000, &count), 0);
	assert_int_equal(count, 1000);
	for (__u64 number = 3; number <= 6; number++)
		total += size_of(number);
	assert_int_equal(total, 4 * size);
	/* A sender makes room. */
	remove_segment(3);
	remove_segment(4);
	write_segments(&w, 2);
	expect_no_dropped(w.spool);
	add_many(&w, 1);
	end(&w);
}

static void a_segment_in_use_stays(void **state)
{
	const __u64 size = measure_segment();
	struct et_segment_reader *segment = NULL;
	struct writing w = begin(config_of(size, 4 * size));
	__u64 count = 0;

	(void)state;
	write_segments(&w, 4);
	assert_int_equal(et_segment_reader_open(folder, 1, &segment), 0);
	write_segments(&w, 1);
	expect_dropped(w.spool, 2, 1000);
	assert_int_equal(read_all(segment, 0, &count), 0);
	assert_int_equal(count, 1000);
	et_segment_reader_close(segment);
	write_segments(&w, 1);
	expect_dropped(w.spool, 1, 1000);
	add_many(&w, 1);
	end(&w);
}

static void the_newest_goes(void **state)
{
	const __u64 size = measure_segment();
	struct et_spool_config config = config_of(size, 4 * size);
	struct writing w;
	__u64 count = 0;

	(void)state;
	config.full = ET_SPOOL_DROP_NEWEST;
	w = begin(config);
	write_segments(&w, 6);
	expect_dropped(w.spool, 5, 1000);
	expect_dropped(w.spool, 6, 1000);
	expect_no_dropped(w.spool);
	assert_int_equal(segment_count(), 4);
	assert_int_equal(read_segment(1, 0, &count), 0);
	assert_int_equal(count, 1000);
	remove_segment(1);
	write_segments(&w, 1);
	expect_no_dropped(w.spool);
	assert_int_equal(read_segment(7, 6000, &count), 0);
	assert_int_equal(count, 1000);
	add_many(&w, 1);
	end(&w);
}

/* A process that writes @count records and is killed. */
static void killed_writer(__u64 size, unsigned int count)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (!pid) {
		struct writing w = begin(config_of(size, 2 * size));

		add_many(&w, count);
		flush(&w);
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
}

static void cut_off(void **state)
{
	const __u64 size = measure_segment();
	struct writing w;
	__u64 count = 0;

	(void)state;
	killed_writer(size, 500);
	assert_int_equal(read_segment(1, 0, &count), -ENODATA);
	assert_int_equal(count, 500);
	/* What a writer leaves that is killed before the first header is written. */
	close(openat(folder, ".00000000000000000009.etr.new", O_WRONLY | O_CREAT, 0640));
	w = begin(config_of(size, 2 * size));
	assert_int_equal(w.number, 2);
	assert_int_equal(faccessat(folder, ".00000000000000000009.etr.new", F_OK, 0), -1);
	write_segments(&w, 2);
	/* It has no end, so its records are counted. */
	expect_dropped(w.spool, 1, 500);
	add_many(&w, 1);
	end(&w);
}

static void flip_bit(__u64 number, __u64 at)
{
	char name[ET_SEGMENT_NAME_SIZE], byte;
	int fd;

	et_segment_name(number, name);
	fd = openat(folder, name, O_RDWR);
	assert_int_equal(pread(fd, &byte, 1, (off_t)at), 1);
	byte ^= 4;
	assert_int_equal(pwrite(fd, &byte, 1, (off_t)at), 1);
	close(fd);
}

static void flipped_bit(void **state)
{
	const __u64 size = measure_segment();
	struct writing w = begin(config_of(size, 2 * size));
	struct et_spool_dropped dropped;
	__u64 count = 0;

	(void)state;
	write_segments(&w, 1);
	flip_bit(1, size / 2);
	assert_int_equal(read_segment(1, 0, &count), -EBADMSG);
	assert_in_range(count, 400, 600);
	write_segments(&w, 2);
	/* It is not known what was behind the damage. */
	assert_true(et_spool_take_dropped(w.spool, &dropped));
	assert_int_equal(dropped.segment, 1);
	assert_int_equal(dropped.counts[ET_PROCESS_SETSID], count);
	add_many(&w, 1);
	end(&w);
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
 * A limit of the file size fails in the middle of a write, as a full disk does. The queue fills,
 * takes nothing more, and all that it took is written when there is room again.
 */
static void no_room_on_the_disk(void **state)
{
	struct et_spool_config config = config_of(16 << 20, 0);
	const struct et_sink *sink;
	struct pollfd pfd = { .events = POLLOUT };
	struct et_spool_state spool_state;
	struct writing w;
	__u64 count = 0, taken;

	(void)state;
	config.queue_size = 1 << 20;
	w = begin(config);
	add_many(&w, 1000);
	flush(&w);
	limit_files(size_of(1) + 1001);
	add_many(&w, 1000);
	assert_int_equal(et_recording_writer_flush(w.w), 0);
	assert_int_equal(wait_for_error(w.spool), -EFBIG);
	assert_int_equal(size_of(1) % 8, 1);
	assert_int_equal(et_spool_drain(w.spool, after(S / 100)), -EFBIG);
	while (add(&w) == 0)
		if (w.seq % 100 == 0)
			(void)et_recording_writer_flush(w.w);
	taken = w.seq;
	sink = et_recording_writer_sink(w.w);
	pfd.fd = sink->fd;
	assert_int_equal(poll(&pfd, 1, 0), 0);
	assert_false(et_spool_is_roomy(w.spool));

	limit_files(RLIM_INFINITY);
	assert_int_equal(poll(&pfd, 1, 10000), 1);
	assert_int_equal(add(&w), 0);
	flush(&w);
	et_spool_get_state(w.spool, &spool_state);
	assert_int_equal(spool_state.error, 0);
	end(&w);
	assert_int_equal(read_segment(1, 0, &count), 0);
	assert_int_equal(count, taken + 1);
	assert_true(taken > 5000);
}

/* A queue whose items begin and end everywhere in its memory. */
static void queue_wraps(void **state)
{
	struct et_spool_config config = config_of(16 << 20, 0);
	struct writing w;
	__u64 count = 0;

	(void)state;
	config.queue_size = 8 * 1024;
	config.sync = ET_SPOOL_SYNC_ALWAYS;
	w = begin(config);
	for (unsigned int i = 1; i < 60; i++) {
		add_many(&w, i % 17 + 1);
		flush(&w);
	}
	end(&w);
	assert_int_equal(read_segment(1, 0, &count), 0);
	assert_int_equal(count, w.seq);
}

/* What the queue still holds is not written: the deadline is over. */
static void closed_with_a_full_disk(void **state)
{
	struct writing w = begin(config_of(1 << 20, 0));
	__u64 count = 0;

	(void)state;
	add_many(&w, 10);
	flush(&w);
	limit_files(size_of(1));
	add_many(&w, 10);
	assert_int_equal(et_recording_writer_flush(w.w), 0);
	assert_int_equal(wait_for_error(w.spool), -EFBIG);
	end_segment(&w, true);
	assert_int_equal(et_spool_drain(w.spool, after(S / 100)), -EFBIG);
	et_spool_close(w.spool);
	limit_files(RLIM_INFINITY);
	assert_int_equal(read_segment(1, 0, &count), -ENODATA);
	assert_int_equal(count, 10);
}

/* ---- verify -------------------------------------------------------------------------------- */

#define KINDS (ET_FINDING_BEFORE + 1)

struct found {
	unsigned int of_kind[KINDS];
	char message[256];                /* of the last fault; empty: none */
	struct et_verified first, second; /* sessions */
	size_t sessions;
};

static void on_finding(void *ctx, const struct et_finding *finding)
{
	struct found *found = ctx;

	found->of_kind[finding->kind]++;
	assert_int_equal(finding->is_fault, finding->kind <= ET_FINDING_CUT);
	if (finding->is_fault)
		memcpy(found->message, finding->message, sizeof(found->message));
}

static struct found verify(void)
{
	struct et_verify *verify = NULL;
	struct found found = { 0 };
	struct et_verified session;
	unsigned int faults = 0;

	assert_int_equal(et_verify_new(on_finding, &found, &verify), 0);
	found.sessions = (size_t)et_verify_folder(verify, folder);
	for (int i = 0; i <= ET_FINDING_CUT; i++)
		faults += found.of_kind[i];
	assert_int_equal(found.sessions, faults);
	found.sessions = 0;
	while (et_verify_session(verify, found.sessions, &session)) {
		/* The texts end with the object. */
		assert_string_equal(session.host, "host");
		if (found.sessions++)
			found.second = session;
		else
			found.first = session;
	}
	et_verify_free(verify);
	return found;
}

/* Only findings of one kind. */
static struct found expect_findings(enum et_finding_kind kind, unsigned int count)
{
	const struct found found = verify();

	for (unsigned int i = 0; i < KINDS; i++)
		if (found.of_kind[i] != (i == kind ? count : 0))
			fail_msg("%u findings of kind %u: %s", found.of_kind[i], i, found.message);
	return found;
}

static void add_lost(struct writing *w, __u64 count, __u64 segment)
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

static void verify_whole(void **state)
{
	struct writing w = begin(config_of(1 << 20, 0));
	struct found found;

	(void)state;
	add_many(&w, 10);
	turn(&w);
	add_many(&w, 20);
	add_lost(&w, 7, 0);
	turn(&w);
	add_many(&w, 30);
	flush(&w);
	found = expect_findings(ET_FINDING_GROWS, 1);
	assert_int_equal(found.first.received, 30);
	end(&w);
	found = expect_findings(ET_FINDING_GROWS, 0);
	assert_int_equal(found.sessions, 1);
	assert_int_equal(found.first.segments, 3);
	assert_int_equal(found.first.attempted, 67);
	assert_int_equal(found.first.received, 60);
	assert_int_equal(found.first.lost, 7);
	assert_int_equal(found.first.faults, 0);
	/* A sender deletes from the first one on. */
	remove_segment(1);
	found = expect_findings(ET_FINDING_BEFORE, 1);
	assert_int_equal(found.first.attempted, 57);
}

static void verify_gap(void **state)
{
	struct writing w = begin(config_of(1 << 20, 0));
	struct found found;

	(void)state;
	add_many(&w, 10);
	turn(&w);
	add_many(&w, 20);
	turn(&w);
	add_many(&w, 30);
	turn(&w);
	add_many(&w, 1);
	end(&w);
	remove_segment(2);
	remove_segment(3);
	found = expect_findings(ET_FINDING_GAP, 1);
	assert_string_equal(found.message,
			    "segments 2 to 3 are missing, with 50 records of the session behind "
			    "them, and no LOST record reports their events");
	assert_int_equal(found.first.faults, 1);
}

static void verify_dropped(void **state)
{
	struct writing w = begin(config_of(1 << 20, 0));
	struct found found;

	(void)state;
	add_many(&w, 10);
	turn(&w);
	add_many(&w, 20);
	turn(&w);
	add_many(&w, 30);
	turn(&w);
	add_lost(&w, 20, 2);
	add_many(&w, 1);
	end(&w);
	remove_segment(2);
	found = expect_findings(ET_FINDING_DROPPED, 1);
	assert_int_equal(found.first.attempted, 61);
	assert_int_equal(found.first.lost, 20);
	/* This one is reported by no record. */
	remove_segment(3);
	(void)expect_findings(ET_FINDING_GAP, 1);
}

static void verify_duplicates(void **state)
{
	struct writing w = begin(config_of(1 << 20, 0));
	struct found found;

	(void)state;
	add_many(&w, 10);
	w.seq = 6;
	turn(&w);
	add_many(&w, 3);
	w.seq = 12;
	turn(&w);
	end(&w);
	found = verify();
	assert_int_equal(found.of_kind[ET_FINDING_DUPLICATE], 1);
	assert_int_equal(found.first.duplicates, 4);
	assert_int_equal(found.of_kind[ET_FINDING_GAP], 1);
	assert_string_equal(found.message,
			    "segment 3: 3 records are missing before it: numbers 9 to 11");
	assert_int_equal(found.first.faults, 2);
}

static void verify_account(void **state)
{
	struct writing w = begin(config_of(1 << 20, 0));
	struct found found;

	(void)state;
	add_many(&w, 10);
	w.not_counted = 1;
	turn(&w);
	add_lost(&w, 5, 0);
	w.lost = 4;
	end(&w);
	found = expect_findings(ET_FINDING_ACCOUNT, 2);
	assert_string_equal(found.message,
			    "segment 2: its account has 4 lost events, and its LOST records 5");
}

static void verify_damaged(void **state)
{
	struct writing w = begin(config_of(1 << 20, 0));
	struct found found;

	(void)state;
	add_many(&w, 10);
	turn(&w);
	add_many(&w, 10);
	end(&w);
	flip_bit(1, size_of(1) / 2);
	found = expect_findings(ET_FINDING_DAMAGED, 1);
	assert_non_null(strstr(found.message, "segment 1 is damaged at byte "));
}

static void verify_killed(void **state)
{
	struct writing w;
	struct found found;

	(void)state;
	killed_writer(1 << 20, 500);
	found = expect_findings(ET_FINDING_CUT, 1);
	assert_string_equal(found.message,
			    "segment 1: its session ended without its end, after 500 records of "
			    "the segment");
	w = begin_as("other", config_of(1 << 20, 0));
	add_many(&w, 10);
	end(&w);
	found = expect_findings(ET_FINDING_CUT, 1);
	assert_int_equal(found.sessions, 2);
	assert_int_equal(found.first.faults, 1);
	assert_int_equal(found.second.faults, 0);
	assert_int_equal(found.second.received, 10);
}

/* Its last segment has an end, but a next one should follow. */
static void verify_without_last(void **state)
{
	struct writing w = begin(config_of(1 << 20, 0));
	struct found found;

	(void)state;
	add_many(&w, 10);
	end_segment(&w, false);
	assert_int_equal(et_spool_drain(w.spool, after(10 * S)), 0);
	/* The writer may still begin the next one. */
	(void)expect_findings(ET_FINDING_CUT, 0);
	et_spool_close(w.spool);
	found = expect_findings(ET_FINDING_CUT, 1);
	assert_string_equal(found.message,
			    "segment 1: its session ended without its end, after record 10");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names), TEST(several_segments),
		TEST(origin_and_mode),   TEST(read_while_it_grows),
		TEST(one_writer),        TEST(numbers_are_not_used_twice),
		TEST(the_oldest_goes),   TEST(a_segment_in_use_stays),
		TEST(the_newest_goes),   TEST(cut_off),
		TEST(flipped_bit),       TEST(no_room_on_the_disk),
		TEST(queue_wraps),       TEST(closed_with_a_full_disk),
		TEST(verify_whole),      TEST(verify_gap),
		TEST(verify_dropped),    TEST(verify_duplicates),
		TEST(verify_account),    TEST(verify_damaged),
		TEST(verify_killed),     TEST(verify_without_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
