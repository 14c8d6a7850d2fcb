/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests the replay of a recording that this test writes. Needs no privileges. */
#define _GNU_SOURCE
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
#include <unistd.h>

#include <cmocka.h>

#include "lib/decode/record_builder.h"
#include "lib/include/eventstrace.h"
#include "lib/recording/writer.h"
#include "lib/sink/memory_file.h"

#define EXEC   ET_EVENT_BIT(ET_PROCESS_EXEC)
#define SETSID ET_EVENT_BIT(ET_PROCESS_SETSID)

/*
 * CLOCK_REALTIME - CLOCK_MONOTONIC, in ns. 2026 began when CLOCK_MONOTONIC was 1 s. Later,
 * CLOCK_REALTIME was set back by an hour.
 */
#define BEFORE (1767225600000000000ULL - 1000000000)
#define AFTER  (BEFORE - 3600000000000)

static struct et_record rec;

static size_t size_of(int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);

	if (size < 0)
		abort();
	return (size_t)size;
}

static void add(struct et_recording_writer *w, __u64 ts, __u64 clock_offset)
{
	rec.hdr.ts = ts;
	assert_int_equal(et_recording_writer_add(w, rec.bytes, et_record_len(&rec), clock_offset),
			 0);
}

/* Make a recording with an exec, a setsid, a LOST record, an invalid record, and an exec. */
static int make_recording(bool compress)
{
	static const struct et_file_account accounts[] = {
		{ .id = ET_PROCESS_EXEC, .attempted = 5, .sent = 2, .lost = 3, .bytes = 400 },
		{ .id = ET_PROCESS_SETSID, .attempted = 1, .sent = 1, .filtered = 4 },
	};
	const struct et_recording_totals totals = { .wire_format = "fixed",
						    .accounts = accounts,
						    .count = 2,
						    .accounted = true,
						    .missing = 1,
						    .lost_told = 4 };
	const struct et_lost lost = {
		.hdr = { .ts = 3000000000,
			 .size = sizeof(lost),
			 .type = ET_LOST,
			 .version = ET_WIRE_VERSION,
			 .format = ET_FORMAT_VARLEN,
			 .fixed = sizeof(lost) },
		.count = 3,
		.cpu = 6,
	};
	struct et_lost not_lost = lost;
	const struct et_recording_about about = {
		.events = EXEC | SETSID,
		.clock_offset = BEFORE,
		.cpus_possible = 7,
		.program = "eventstrace of a test",
		.compress = compress,
		.origin = { .host = "far\033away", .boot_id = "a-boot", .first_seq = 100 },
	};
	struct et_recording_writer *w = NULL;
	struct et_process_exec *exec;
	int fd = memory_file_new();

	assert_int_equal(et_recording_writer_new(fd, &about, &w), 0);
	exec = et_record_begin(&rec, ET_PROCESS_EXEC);
	exec->pids.tgid = 42;
	add(w, 1000000001, BEFORE);
	et_record_begin(&rec, ET_PROCESS_SETSID);
	add(w, 2000000000, BEFORE);
	assert_int_equal(et_recording_writer_add(w, "?", 1, BEFORE), 0);
	assert_int_equal(et_recording_writer_add(w, &lost, sizeof(lost), BEFORE), 0);
	not_lost.hdr.size--;
	assert_int_equal(et_recording_writer_add(w, &not_lost, sizeof(lost), BEFORE), 0);
	not_lost.hdr = lost.hdr;
	not_lost.hdr.version++;
	assert_int_equal(et_recording_writer_add(w, &not_lost, sizeof(lost), BEFORE), 0);
	assert_int_equal(et_recording_writer_add(w, &lost, sizeof(lost) - 1, BEFORE), 0);
	exec = et_record_begin(&rec, ET_PROCESS_EXEC);
	exec->pids.tgid = 43;
	add(w, 3000000000, AFTER);
	assert_int_equal(et_recording_writer_end(w, &totals), 0);
	et_recording_writer_free(w);
	lseek(fd, 0, SEEK_SET);
	return fd;
}

static int recording(void)
{
	return make_recording(false);
}

struct result {
	int r;
	char *text; /* the lines on output_fd */
	struct et_error error;
	struct et_event_stats events[8];
	int event_count;
	struct et_session_stats session;
	bool whole;
	char wire_format[16];
};

static struct result replay(struct et_options *opts, int fd)
{
	struct result ret = { .session.sz = sizeof(ret.session) };
	struct et_replay *replay = NULL;
	struct et_session_stats small = { .sz = 1 };
	size_t size;
	int out = memory_file_new();

	opts->output_fd = out;
	assert_int_equal(et_replay__open(opts, fd, &replay, NULL), 0);
	assert_int_equal(et_replay__error(replay)->kind, ET_ERROR_NONE);
	do
		ret.r = et_replay__step(replay);
	while (ret.r > 0);
	ret.error = *et_replay__error(replay);
	ret.event_count = et_replay__event_stats(replay, ret.events, 8);
	assert_int_equal(et_replay__event_stats(replay, ret.events, 0), 0);
	assert_int_equal(et_replay__stats(replay, &small), -EINVAL);
	assert_int_equal(et_replay__stats(replay, &ret.session), 0);
	snprintf(ret.wire_format, sizeof(ret.wire_format), "%s", ret.session.wire_format);
	ret.whole = et_replay__whole(replay);
	et_replay__close(replay);

	size = size_of(out);
	assert_int_equal(ret.session.output_bytes, size);
	ret.text = calloc(size + 1, 1);
	assert_non_null(ret.text);
	assert_int_equal(pread(out, ret.text, size, 0), size);
	close(out);
	close(fd);
	return ret;
}

static unsigned int lines(const char *text)
{
	unsigned int n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

static void all(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;
	struct result got;
	const char *line;

	(void)state;
	opts.events = EXEC | SETSID;
	got = replay(&opts, recording());
	assert_int_equal(got.r, 0);
	assert_int_equal(got.error.kind, ET_ERROR_NONE);
	assert_int_equal(lines(got.text), 4);
	line = got.text;
	assert_non_null(strstr(line, "{\"event_type\":\"PROCESS_EXEC\",\"timestamp\":"
				     "\"2026-01-01T00:00:00.000000001Z\",\"ts_ns\":1000000001,"));
	assert_non_null(strstr(line, "\"tgid\":42,"));
	line = strchr(line, '\n') + 1;
	assert_non_null(strstr(line, "\"PROCESS_SETSID\",\"timestamp\":\"2026-01-01T00:00:01.0"));
	line = strchr(line, '\n') + 1;
	assert_non_null(strstr(line, "{\"event_type\":\"LOST\",\"timestamp\":"
				     "\"2026-01-01T00:00:02.000000000Z\",\"ts_ns\":3000000000,"
				     "\"count\":3,\"cpu\":6,"));
	line = strchr(line, '\n') + 1;
	/*
	 * This event came after CLOCK_REALTIME was set back. The replay prints its wall clock time
	 * of that moment.
	 */
	assert_non_null(strstr(line, "\"PROCESS_EXEC\",\"timestamp\":\"2025-12-31T23:00:02.0"));
	free(got.text);

	assert_true(got.whole);
	assert_int_equal(got.event_count, 2);
	assert_int_equal(got.events[0].id, ET_PROCESS_EXEC);
	assert_int_equal(got.events[0].attempted, 5);
	assert_int_equal(got.events[0].sent, 2);
	assert_int_equal(got.events[0].lost, 3);
	assert_int_equal(got.events[0].bytes, 400);
	assert_int_equal(got.events[0].received, 2);
	assert_int_equal(got.events[0].written, 2);
	assert_int_equal(got.events[1].id, ET_PROCESS_SETSID);
	assert_int_equal(got.events[1].filtered, 4);
	assert_int_equal(got.events[1].received, 1);
	assert_int_equal(got.session.malformed, 4);
	assert_true(got.session.accounted);
	assert_int_equal(got.session.missing, 1);
	assert_int_equal(got.session.lost_told, 4);
	assert_int_equal(got.session.lost_written, 3);
	assert_int_equal(got.session.cpus_possible, 7);
	assert_int_equal(got.session.locked_ring, 0);
	assert_string_equal(got.wire_format, "fixed");
}

/* Return line number @n of @text, counted from 0. */
static const char *line_of(const char *text, unsigned int n)
{
	while (n--)
		text = strchr(text, '\n') + 1;
	return text;
}

static void expect_seq(const char *text, unsigned int line, unsigned int seq)
{
	static const char host[] = "\"host\":\"far\\u001baway\",\"boot_id\":\"a-boot\",";
	const char *begin = line_of(text, line), *end = strchr(begin, '\n');
	char expected[160];

	snprintf(expected, sizeof(expected), ",\"seq\":%u,%s", seq, host);
	begin = strstr(begin, expected);
	assert_true(begin && begin < end);
}

/*
 * Replayed events have the host of the recording, and the numbers that they had in the recorded
 * session.
 */
static void origin(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;
	struct result got;

	(void)state;
	opts.events = EXEC | SETSID;
	opts.stream = ET_STREAM_HEADER | ET_STREAM_IDENTITY;
	got = replay(&opts, recording());
	assert_int_equal(got.r, 0);
	assert_int_equal(lines(got.text), 5);
	assert_memory_equal(got.text, "{\"header\":true,\"schema\":", 24);
	assert_true(
		strstr(got.text, "\"host\":\"far\\u001baway\",\"boot_id\":\"a-boot\",\"clock\"") <
		line_of(got.text, 1));
	assert_non_null(strstr(got.text, "\"time_unix_ns\":1767225600000000001,\"seq\":100,"));
	expect_seq(got.text, 1, 100);
	expect_seq(got.text, 2, 101);
	/* Record 102 is invalid. */
	expect_seq(got.text, 3, 103);
	expect_seq(got.text, 4, 107);
	free(got.text);

	/* The numbers do not change if the other event types are not requested. */
	opts.events = EXEC;
	got = replay(&opts, recording());
	assert_int_equal(lines(got.text), 4);
	expect_seq(got.text, 1, 100);
	expect_seq(got.text, 3, 107);
	assert_int_equal(got.events[0].written, 2);
	free(got.text);
}

/* Filters drop events, but never a LOST record. */
static void filtered(void **state)
{
	const struct et_filter filter = { .kind = ET_FILTER_PID, .number = 42 };
	struct et_options opts = ET_OPTIONS_INIT;
	struct result got;

	(void)state;
	opts.events = EXEC | SETSID;
	opts.filters = &filter;
	opts.filter_count = 1;
	got = replay(&opts, recording());
	assert_int_equal(got.r, 0);
	assert_int_equal(lines(got.text), 2);
	assert_non_null(strstr(got.text, "\"tgid\":42,"));
	assert_non_null(strstr(got.text, "LOST"));
	assert_int_equal(got.events[0].received, 2);
	assert_int_equal(got.events[0].written, 1);
	assert_int_equal(got.events[1].received, 1);
	assert_int_equal(got.events[1].written, 0);
	assert_int_equal(got.session.malformed, 4);
	free(got.text);
}

static void add_exit(struct et_recording_writer *w, __s32 code, __u8 signal)
{
	struct et_process_exit *exit = et_record_begin(&rec, ET_PROCESS_EXIT);

	exit->exit_code = code;
	exit->exit_signal = signal;
	add(w, 1, BEFORE);
}

/*
 * With failed_only, a replay only prints exits with a status other than 0, and exits by a signal.
 */
static void failures(void **state)
{
	const struct et_recording_totals totals = { .wire_format = "fixed", .accounted = true };
	const struct et_recording_about about = { .events = ET_EVENT_BIT(ET_PROCESS_EXIT),
						  .program = "test" };
	struct et_options opts = ET_OPTIONS_INIT;
	struct et_recording_writer *w = NULL;
	struct result got;
	int fd = memory_file_new();

	(void)state;
	assert_int_equal(et_recording_writer_new(fd, &about, &w), 0);
	add_exit(w, 0, 0);
	add_exit(w, 3, 0);
	add_exit(w, 0, 9);
	assert_int_equal(et_recording_writer_end(w, &totals), 0);
	et_recording_writer_free(w);
	lseek(fd, 0, SEEK_SET);
	opts.events = ET_EVENT_BIT(ET_PROCESS_EXIT);
	opts.failed_only = 1;
	got = replay(&opts, fd);
	assert_int_equal(got.r, 0);
	assert_int_equal(lines(got.text), 2);
	assert_non_null(strstr(got.text, "\"exit_code\":3,"));
	assert_non_null(strstr(got.text, "\"exit_signal\":9,"));
	free(got.text);
}

/*
 * since_ns and until_ns are wall clock times, also for LOST records. Events at exactly these times
 * are printed.
 */
static void ranges(void **state)
{
	const __u64 begin = 1767225600000000000ULL;
	const struct {
		__u64 since, until;
		unsigned int lines;
	} rows[] = {
		{ 0, 0, 4 },
		{ begin + 1, 0, 3 },
		{ begin + 2, 0, 2 },
		{ 0, begin, 1 }, /* after CLOCK_REALTIME was set back */
		{ begin, begin + 1000000000, 2 },
		{ begin, begin + 2000000000, 3 },
		{ begin + 3000000000, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct et_options opts = ET_OPTIONS_INIT;
		struct result got;

		opts.events = EXEC | SETSID;
		opts.since_ns = rows[i].since;
		opts.until_ns = rows[i].until;
		got = replay(&opts, recording());
		assert_int_equal(got.r, 0);
		if (lines(got.text) != rows[i].lines)
			fail_msg("row %zu gives %u lines", i, lines(got.text));
		free(got.text);
	}
}

/*
 * Make a recording with two events of one cgroup. The first event has only the cgroup's id. The
 * second event also has the cgroup's path.
 */
static int cgroups(void)
{
	const struct et_recording_totals totals = { .wire_format = "fixed", .accounted = true };
	const struct et_recording_about about = { .events = EXEC | SETSID, .program = "test" };
	struct et_recording_writer *w = NULL;
	struct et_process_setsid *setsid;
	struct et_process_exec *exec;
	int fd = memory_file_new();

	assert_int_equal(et_recording_writer_new(fd, &about, &w), 0);
	setsid = et_record_begin(&rec, ET_PROCESS_SETSID);
	setsid->cgroup_id = 7;
	add(w, 1, BEFORE);
	exec = et_record_begin(&rec, ET_PROCESS_EXEC);
	exec->cgroup_id = 7;
	et_record_var_str(&rec, ET_VAR_CGROUP_PATH, "/a/b");
	add(w, 2, BEFORE);
	assert_int_equal(et_recording_writer_end(w, &totals), 0);
	et_recording_writer_free(w);
	lseek(fd, 0, SEEK_SET);
	return fd;
}

static void learned(void **state)
{
	const struct et_filter filter = { .kind = ET_FILTER_CGROUP, .text = "/a" };
	struct et_options opts = ET_OPTIONS_INIT;
	struct et_replay *replay = NULL;
	int pipe_fds[2], fd;

	(void)state;
	opts.events = EXEC | SETSID;
	opts.filters = &filter;
	opts.filter_count = 1;
	for (int learns = 0; learns < 2; learns++) {
		fd = cgroups();
		assert_int_equal(et_replay__open(&opts, fd, &replay, NULL), 0);
		assert_true(et_replay__learns(replay));
		if (learns)
			assert_int_equal(et_replay__learn(replay, fd), 0);
		assert_int_equal(et_replay__step(replay), learns ? 1 : -EINVAL);
		assert_int_equal(et_replay__error(replay)->kind,
				 learns ? ET_ERROR_NONE : ET_ERROR_USAGE);
		et_replay__close(replay);
		close(fd);
	}
	assert_int_equal(pipe2(pipe_fds, O_CLOEXEC), 0);
	assert_int_equal(et_replay__open(&opts, pipe_fds[0], &replay, NULL), 0);
	assert_int_equal(et_replay__learn(replay, pipe_fds[0]), -ESPIPE);
	et_replay__close(replay);
	close(pipe_fds[0]);
	close(pipe_fds[1]);
}

static void chosen(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;
	struct result got;

	(void)state;
	opts.events = SETSID | ET_EVENT_BIT(ET_PROCESS_FORK);
	got = replay(&opts, recording());
	assert_int_equal(got.r, 0);
	/* Only setsid is requested, but LOST records are also printed. */
	assert_int_equal(lines(got.text), 2);
	assert_non_null(strstr(got.text, "PROCESS_SETSID"));
	assert_non_null(strstr(got.text, "LOST"));
	/* Only the requested type has counts. */
	assert_int_equal(got.event_count, 1);
	assert_int_equal(got.events[0].id, ET_PROCESS_SETSID);
	free(got.text);
}

static void counted(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;
	struct result got;

	(void)state;
	opts.events = EXEC;
	opts.max_events = 1;
	got = replay(&opts, recording());
	assert_int_equal(got.r, -ECANCELED);
	assert_int_equal(got.error.kind, ET_ERROR_NONE);
	assert_int_equal(lines(got.text), 1);
	assert_int_equal(got.events[0].written, 1);
	assert_int_equal(got.events[0].attempted, 0);
	assert_false(got.whole);
	free(got.text);
}

static void damaged(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;
	struct result got;
	int fd = recording();
	size_t size = size_of(fd);

	(void)state;
	opts.events = EXEC;
	assert_int_equal(ftruncate(fd, (off_t)size - 1), 0);
	lseek(fd, 0, SEEK_SET);
	got = replay(&opts, fd);
	assert_int_equal(got.r, -ENODATA);
	assert_int_equal(got.error.kind, ET_ERROR_INPUT);
	assert_non_null(strstr(got.error.message, "is cut off at byte "));
	assert_int_equal(strtol(strstr(got.error.message, "byte ") + 5, NULL, 10),
			 size - (sizeof(struct et_file_end) + 2 * sizeof(struct et_file_account)));
	assert_int_equal(lines(got.text), 3);
	assert_int_equal(got.events[0].written, 2);
	assert_false(got.whole);
	free(got.text);

	fd = recording();
	assert_int_equal(pwrite(fd, "X", 1, (off_t)size - 1), 1);
	got = replay(&opts, fd);
	assert_int_equal(got.r, -EBADMSG);
	assert_non_null(strstr(got.error.message, "is damaged at byte "));
	assert_int_equal(lines(got.text), 3);
	free(got.text);

	fd = memory_file_new();
	assert_int_equal(write(fd, "#!/bin/sh\n", 10), 10);
	lseek(fd, 0, SEEK_SET);
	got = replay(&opts, fd);
	assert_int_equal(got.r, -EPROTONOSUPPORT);
	assert_string_equal(got.error.message, "is no recording");
	assert_string_equal(got.text, "");
	assert_int_equal(got.event_count, 0);
	free(got.text);

	fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		abort();
	got = replay(&opts, fd);
	assert_int_equal(got.r, -EISDIR);
	assert_string_equal(got.error.message, "cannot be read: Is a directory");
	free(got.text);
}

static void unwritable(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;
	struct et_replay *replay = NULL;
	int fd = recording(), r;

	(void)state;
	opts.events = EXEC;
	opts.output_fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	if (opts.output_fd < 0)
		abort();
	assert_int_equal(et_replay__open(&opts, fd, &replay, NULL), 0);
	do
		r = et_replay__step(replay);
	while (r > 0);
	assert_int_equal(r, -ENOSPC);
	assert_int_equal(et_replay__step(replay), -ENOSPC);
	assert_int_equal(et_replay__error(replay)->kind, ET_ERROR_OUTPUT);
	et_replay__close(replay);
	et_replay__close(NULL);
	close(opts.output_fd);
	close(fd);
}

static void refused(struct et_options *opts, const char *message)
{
	struct et_replay *replay = (struct et_replay *)1;
	struct et_error err = { 0 };

	assert_int_equal(et_replay__open(opts, 0, &replay, &err), -EINVAL);
	assert_int_equal(err.kind, ET_ERROR_USAGE);
	assert_non_null(strstr(err.message, message));
	assert_ptr_equal(replay, 1);
}

static void options(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;

	(void)state;
	refused(&opts, "no events");
	opts.events = EXEC;
	opts.output_fd = -2;
	refused(&opts, "descriptor -2");
	opts.output_fd = -1;
	opts.record_fd = 1;
	refused(&opts, "cannot be recorded");
	opts.sz = 0;
	refused(&opts, "size is not set");
}

/* ---- on_event ----------------------------------------------------------------------------- */

struct caller {
	struct et_replay *replay;
	unsigned int ids[8];
	unsigned int count;
	struct et_event *kept;
};

static void on_event(void *ctx, const struct et_event *event)
{
	struct et_session_stats stats = { .sz = sizeof(stats) };
	struct caller *caller = ctx;
	struct et_event_stats rows[8];

	assert_true(caller->count < 8);
	caller->ids[caller->count++] = et_event__id(event);
	/* Inside on_event, functions of this replay return -EBUSY. */
	assert_int_equal(et_replay__step(caller->replay), -EBUSY);
	assert_int_equal(et_replay__stop(caller->replay), -EBUSY);
	assert_int_equal(et_replay__stats(caller->replay, &stats), -EBUSY);
	assert_int_equal(et_replay__event_stats(caller->replay, rows, 8), -EBUSY);
	et_replay__close(caller->replay);
	assert_int_equal(et_replay__error(caller->replay)->kind, ET_ERROR_NONE);

	if (caller->kept)
		et_event__free(caller->kept);
	assert_int_equal(et_event__copy(event, &caller->kept), 0);
	if (et_event__id(event) == ET_EVENT_LOST) {
		assert_int_equal(et_lost__count(event), 3);
		assert_int_equal(et_lost__cpu(event), 6);
		assert_int_equal(et_event__time_ns(event), BEFORE + 3000000000);
	}
}

static struct et_options for_function(struct caller *caller)
{
	struct et_options opts = ET_OPTIONS_INIT;

	opts.events = EXEC | SETSID;
	opts.on_event = on_event;
	opts.on_event_ctx = caller;
	return opts;
}

/* Without output_fd, on_event receives all events, also LOST. They count as written. */
static void calls_function(void **state)
{
	struct et_session_stats stats = { .sz = sizeof(stats) };
	struct caller caller = { 0 };
	struct et_options opts = for_function(&caller);
	struct et_event_stats rows[8];
	int fd = recording(), r;

	(void)state;
	assert_int_equal(et_replay__open(&opts, fd, &caller.replay, NULL), 0);
	do
		r = et_replay__step(caller.replay);
	while (r > 0);
	assert_int_equal(r, 0);
	assert_int_equal(et_replay__stop(caller.replay), 0);
	assert_int_equal(caller.count, 4);
	assert_int_equal(caller.ids[0], ET_EVENT_PROCESS_EXEC);
	assert_int_equal(caller.ids[1], ET_EVENT_PROCESS_SETSID);
	assert_int_equal(caller.ids[2], ET_EVENT_LOST);
	assert_int_equal(caller.ids[3], ET_EVENT_PROCESS_EXEC);

	assert_int_equal(et_replay__event_stats(caller.replay, rows, 8), 2);
	assert_int_equal(rows[0].received, 2);
	assert_int_equal(rows[0].written, 2);
	assert_int_equal(et_replay__stats(caller.replay, &stats), 0);
	assert_int_equal(stats.output_bytes, 0);
	assert_int_equal(stats.lost_written, 3);
	et_replay__close(caller.replay);
	close(fd);

	/* A copy of an event is valid after the replay is closed. */
	assert_int_equal(et_event__pids(caller.kept)->tgid, 43);
	assert_int_equal(et_event__time_ns(caller.kept), AFTER + 3000000000);
	et_event__free(caller.kept);
}

/* With output_fd and on_event, on_event receives the events that are written, and no more. */
static void function_and_output(void **state)
{
	struct caller caller = { 0 };
	struct et_options opts = for_function(&caller);
	int fd = recording(), r;
	size_t size;

	(void)state;
	opts.max_events = 2;
	opts.output_fd = memory_file_new();
	assert_int_equal(et_replay__open(&opts, fd, &caller.replay, NULL), 0);
	do
		r = et_replay__step(caller.replay);
	while (r > 0);
	assert_int_equal(r, -ECANCELED);
	assert_int_equal(caller.count, 2);
	et_replay__close(caller.replay);
	size = size_of(opts.output_fd);
	assert_true(size > 0);
	et_event__free(caller.kept);
	close(opts.output_fd);
	close(fd);
}

/*
 * The events of et_options.event_set are added to those of et_options.events. A caller that was
 * compiled with another version of eventstrace.h may have a smaller or larger struct
 * et_event_stats.
 */
static void sets_and_rows(void **state)
{
	struct et_event_set set = ET_EVENT_SET_INIT, unknown = { { 0, 1 } };
	struct et_options opts = ET_OPTIONS_INIT;
	struct et_replay *replay = NULL;
	struct {
		struct et_event_stats stats;
		uint64_t newer;
	} large[3];
	struct et_error err;
	int fd = recording(), r;
	char small[3][16];

	(void)state;
	opts.event_set = &unknown;
	assert_int_equal(et_replay__open(&opts, fd, &replay, &err), -EINVAL);
	assert_non_null(strstr(err.message, "no event has the id 64"));
	assert_int_equal(et_event_set__add(&set, ET_EVENT_PROCESS_SETSID), 0);
	opts.event_set = &set;
	opts.events = EXEC;
	assert_int_equal(et_replay__open(&opts, fd, &replay, NULL), 0);
	do
		r = et_replay__step(replay);
	while (r > 0);
	assert_int_equal(r, 0);

	memset(large, 0xaa, sizeof(large));
	r = et_replay__event_stats_sized(replay, &large[0].stats, sizeof(large[0]), 3);
	assert_int_equal(r, 2);
	assert_int_equal(large[0].stats.id, ET_PROCESS_EXEC);
	assert_int_equal(large[1].stats.id, ET_PROCESS_SETSID);
	assert_int_equal(large[1].stats.received, 1);
	assert_int_equal(large[1].newer, 0);
	assert_int_equal(large[2].stats.id, 0xaaaaaaaa);

	memset(small, 0xaa, sizeof(small));
	r = et_replay__event_stats_sized(replay, (struct et_event_stats *)small, sizeof(small[0]),
					 3);
	assert_int_equal(r, 2);
	assert_memory_equal(small[0], &large[0], sizeof(small[0]));
	assert_memory_equal(small[1], &large[1], sizeof(small[1]));
	assert_int_equal((unsigned char)small[2][0], 0xaa);
	et_replay__close(replay);
	close(fd);
}

static void expect_redacted(void *ctx, const struct et_event *event)
{
	size_t size = 0;
	const char *argv = et_process_exec__argv(event, &size, NULL);

	(*(unsigned int *)ctx)++;
	assert_int_equal(size, sizeof("login\0***"));
	assert_memory_equal(argv, "login\0***", size);
}

/* Secrets are replaced before on_event receives the event. */
static void redacted_for_function(void **state)
{
	static const char *const patterns[] = { "--password=*" };
	static const char argv[] = "login\0--password=abc";
	const struct et_recording_about about = { .events = EXEC, .program = "a test" };
	struct et_options opts = ET_OPTIONS_INIT;
	struct et_recording_writer *w = NULL;
	struct et_replay *replay = NULL;
	unsigned int count = 0;
	int fd = memory_file_new();

	(void)state;
	assert_int_equal(et_recording_writer_new(fd, &about, &w), 0);
	et_record_begin(&rec, ET_PROCESS_EXEC);
	et_record_var(&rec, ET_VAR_ARGV, argv, sizeof(argv));
	add(w, 1, BEFORE);
	assert_int_equal(et_recording_writer_flush(w), 0);
	et_recording_writer_free(w);
	lseek(fd, 0, SEEK_SET);

	opts.events = EXEC;
	opts.redact = patterns;
	opts.redact_count = 1;
	opts.on_event = expect_redacted;
	opts.on_event_ctx = &count;
	assert_int_equal(et_replay__open(&opts, fd, &replay, NULL), 0);
	while (et_replay__step(replay) > 0)
		;
	assert_int_equal(count, 1);
	et_replay__close(replay);
	close(fd);
}

/*
 * If the caller's struct et_options is too small for on_event, the library does not read the bytes
 * after the struct.
 */
static void smaller_options(void **state)
{
	struct caller caller = { 0 };
	struct et_options opts = for_function(&caller);
	int fd = recording(), r;

	(void)state;
	opts.sz = offsetof(struct et_options, on_event);
	assert_int_equal(et_replay__open(&opts, fd, &caller.replay, NULL), 0);
	do
		r = et_replay__step(caller.replay);
	while (r > 0);
	assert_int_equal(r, 0);
	assert_int_equal(caller.count, 0);
	et_replay__close(caller.replay);
	close(fd);
}

/* ---- several recordings --------------------------------------------------------------------- */

/*
 * A recording that is part of a session: execs with consecutive sequence numbers, all from one
 * lane.
 */
struct part {
	__u64 first, count;
	/* number of events that a LOST record at the beginning reports; 0: no such record */
	__u64 told;
	bool cut;      /* true: the recording has no end */
	bool other;    /* true: another session and wire format; the account does not add up */
	__u64 segment; /* number of the segment; 0: the recording is no segment */
	__u64 dropped; /* number of the dropped segment that the LOST record reports; 0: none */
};

static int recording_of(const struct part *part)
{
	const struct et_file_account account = {
		.id = ET_PROCESS_EXEC,
		.attempted = part->count + part->told,
		.sent = part->count,
		.lost = part->told,
	};
	const struct et_recording_totals totals = {
		.wire_format = part->other ? "fixed" : "varlen",
		.accounts = &account,
		.count = 1,
		.accounted = !part->other,
		.lost_told = part->told,
	};
	const struct et_lost lost = {
		.hdr = { .ts = part->first + 1,
			 .size = sizeof(lost),
			 .type = ET_LOST,
			 .version = ET_WIRE_VERSION,
			 .format = ET_FORMAT_VARLEN,
			 .fixed = sizeof(lost) },
		.count = part->told,
		.cpu = 3,
		.lane = part->segment ? -1 : 2,
		.lost_type = part->segment ? ET_PROCESS_EXEC : 0,
		.segment = part->dropped,
	};
	const struct et_recording_about about = {
		.events = EXEC,
		.clock_offset = BEFORE,
		.cpus_possible = 4,
		.program = "eventstrace of a test",
		.origin = { .session = "a-session", .segment = part->segment },
	};
	struct et_recording_writer *w = NULL;
	int fd = memory_file_new();

	assert_int_equal(et_recording_writer_new(fd, &about, &w), 0);
	if (part->told)
		assert_int_equal(et_recording_writer_add(w, &lost, sizeof(lost), BEFORE), 0);
	for (__u64 i = 0; i < part->count; i++) {
		et_record_begin(&rec, ET_PROCESS_EXEC);
		rec.hdr.cpu = 3;
		rec.hdr.lane = 2;
		rec.hdr.seq = part->first + i;
		add(w, 1000000000 + part->first + i, BEFORE);
	}
	assert_int_equal(
		part->cut ? et_recording_writer_flush(w) : et_recording_writer_end(w, &totals), 0);
	et_recording_writer_free(w);
	lseek(fd, 0, SEEK_SET);
	return fd;
}

struct several {
	char *text;
	int r[4]; /* the result of each recording */
	struct et_session_stats session;
	struct et_event_stats row;
	bool whole;
};

static struct several replay_since(__u64 events, __u64 since_ns, const struct part *parts,
				   size_t count)
{
	struct several ret = { .session.sz = sizeof(ret.session) };
	struct et_options opts = ET_OPTIONS_INIT;
	struct et_replay *replay = NULL;
	int fd = recording_of(&parts[0]), out = memory_file_new();
	size_t size;

	opts.events = events;
	opts.since_ns = since_ns;
	opts.output_fd = out;
	assert_int_equal(et_replay__open(&opts, fd, &replay, NULL), 0);
	assert_int_equal(et_replay__next(replay, fd), -EINVAL);
	for (size_t i = 0; i < count; i++) {
		do
			ret.r[i] = et_replay__step(replay);
		while (ret.r[i] > 0);
		close(fd);
		if (i + 1 == count)
			break;
		fd = recording_of(&parts[i + 1]);
		assert_int_equal(et_replay__next(replay, fd), 0);
		assert_int_equal(et_replay__error(replay)->kind, ET_ERROR_NONE);
		assert_false(et_replay__whole(replay));
	}
	assert_int_equal(et_replay__stats(replay, &ret.session), 0);
	assert_int_equal(et_replay__event_stats(replay, &ret.row, 1), events & EXEC ? 1 : 0);
	ret.whole = et_replay__whole(replay);
	et_replay__close(replay);
	size = size_of(out);
	ret.text = calloc(size + 1, 1);
	assert_non_null(ret.text);
	assert_int_equal(pread(out, ret.text, size, 0), size);
	close(out);
	return ret;
}

static struct several replay_several(__u64 events, const struct part *parts, size_t count)
{
	return replay_since(events, 0, parts, count);
}

static void one_account(void **state)
{
	static const struct part parts[] = {
		{ .first = 7, .count = 3 },
		{ .first = 12, .count = 2, .told = 2 },
		{ .first = 14, .count = 4 },
	};
	struct several got = replay_several(EXEC, parts, 3);

	(void)state;
	assert_int_equal(got.r[0] || got.r[1] || got.r[2], 0);
	assert_int_equal(lines(got.text), 10);
	assert_true(got.whole);
	assert_true(got.session.accounted);
	assert_int_equal(got.session.missing, 0);
	assert_int_equal(got.session.lost_told, 2);
	assert_int_equal(got.session.lost_written, 2);
	assert_int_equal(got.session.cpus_possible, 4);
	assert_int_equal(got.row.attempted, 11);
	assert_int_equal(got.row.sent, 9);
	assert_int_equal(got.row.received, 9);
	assert_int_equal(got.row.written, 9);
	assert_int_equal(got.row.lost, 2);
	free(got.text);
}

/*
 * Numbers are missing between the recordings, because other recordings of the session are not
 * given. A LOST line reports each gap, less the events that a recorded LOST record reports.
 */
static void gap_between(void **state)
{
	static const struct part parts[] = {
		{ .first = 0, .count = 3 },
		{ .first = 8, .count = 2 },
		{ .first = 16, .count = 1, .told = 2 },
	};
	struct several got = replay_several(EXEC, parts, 3);
	const char *line;

	(void)state;
	assert_int_equal(lines(got.text), 9);
	line = strstr(got.text, "\"event_type\":\"LOST\"");
	assert_non_null(line);
	assert_non_null(strstr(line, "\"count\":5,\"cpu\":3,\"lane\":2,"));
	assert_non_null(strstr(line, "\"after_ts_ns\":1000000002,\"before_ts_ns\":1000000008,"));
	assert_non_null(strstr(line, "\"count\":2,"));
	assert_non_null(strstr(line, "\"count\":4,"));
	assert_true(got.whole);
	assert_false(got.session.accounted);
	assert_int_equal(got.session.missing, 9);
	assert_int_equal(got.session.lost_told, 11);
	assert_int_equal(got.row.attempted, 8);
	free(got.text);

	/* LOST lines are printed even if no event of the recordings is requested. */
	got = replay_several(SETSID, parts, 3);
	assert_int_equal(lines(got.text), 3);
	free(got.text);

	/* The first gap is before the range of time, so it has no LOST line. */
	got = replay_since(EXEC, BEFORE + 1000000016, parts, 3);
	assert_int_equal(lines(got.text), 2);
	assert_non_null(strstr(got.text, "\"count\":4,"));
	assert_int_equal(got.session.missing, 9);
	free(got.text);
}

/*
 * Each segment directly follows the one before. A LOST record in segment 3 reports five events that
 * found no room in the queue. The missing numbers before segment 2 are those of these events, so
 * the replay reports no gap there.
 */
static void segments_follow(void **state)
{
	static const struct part parts[] = {
		{ .segment = 1, .first = 0, .count = 3 },
		{ .segment = 2, .first = 8, .count = 2 },
		{ .segment = 3, .first = 10, .count = 1, .told = 5 },
	};
	struct several got = replay_several(EXEC, parts, 3);

	(void)state;
	assert_int_equal(lines(got.text), 7);
	assert_null(strstr(got.text, "\"cause\":\"UNKNOWN\",\"uid\":-1"));
	assert_true(got.session.accounted);
	assert_int_equal(got.session.missing, 0);
	assert_int_equal(got.session.lost_told, 5);
	assert_int_equal(got.row.attempted, 11);
	free(got.text);
}

/*
 * Segment 2 was dropped. The replay reports the gap where segment 2 is missing. A LOST record in
 * segment 4 reports the same events again, but they are counted once.
 */
static void segment_was_dropped(void **state)
{
	static const struct part parts[] = {
		{ .segment = 1, .first = 0, .count = 3 },
		{ .segment = 3, .first = 8, .count = 2 },
		{ .segment = 4, .first = 10, .count = 1, .told = 5, .dropped = 2 },
	};
	static const struct part others[] = {
		{ .segment = 3, .first = 8, .count = 2 },
		{ .segment = 5, .first = 20, .count = 1 },
		{ .segment = 6, .first = 21, .count = 1, .told = 5, .dropped = 2 },
	};
	struct several got = replay_several(EXEC, parts, 2);

	(void)state;
	assert_int_equal(lines(got.text), 6);
	assert_int_equal(got.session.missing, 5);
	assert_false(got.session.accounted);
	free(got.text);
	got = replay_several(EXEC, parts, 3);
	assert_int_equal(lines(got.text), 8);
	assert_int_equal(got.session.missing, 0);
	assert_true(got.session.accounted);
	assert_int_equal(got.session.lost_told, 5);
	free(got.text);
	/*
	 * Segment 2 was dropped before the first replayed segment, so it does not explain another
	 * gap.
	 */
	got = replay_several(EXEC, others, 3);
	assert_int_equal(lines(got.text), 6);
	assert_int_equal(got.session.missing, 10);
	assert_false(got.session.accounted);
	free(got.text);
}

/*
 * Segment 1 has no end, so the events that it lost are not known. The replay reports the gap after
 * it.
 */
static void segment_is_cut(void **state)
{
	static const struct part parts[] = {
		{ .segment = 1, .first = 0, .count = 3, .cut = true },
		{ .segment = 2, .first = 8, .count = 2 },
	};
	struct several got = replay_several(EXEC, parts, 2);

	(void)state;
	assert_int_equal(got.r[0], -ENODATA);
	assert_int_equal(lines(got.text), 6);
	assert_int_equal(got.session.missing, 5);
	assert_false(got.whole);
	free(got.text);
}

/*
 * The second recording is of another session. Its sequence numbers begin at 0 again, so no record
 * is missing.
 */
static void other_session(void **state)
{
	static const struct part parts[] = {
		{ .first = 0, .count = 3 },
		{ .first = 0, .count = 2, .other = true },
		{ .first = 2, .count = 1 },
	};
	struct several got = replay_several(EXEC, parts, 3);

	(void)state;
	assert_int_equal(lines(got.text), 6);
	assert_int_equal(got.session.missing, 0);
	assert_false(got.session.accounted);
	assert_true(got.whole);
	free(got.text);
}

/*
 * The first recording was not finished, so it has no end. The second one is replayed nevertheless.
 */
static void one_is_cut(void **state)
{
	static const struct part parts[] = {
		{ .first = 0, .count = 3, .cut = true },
		{ .first = 3, .count = 2 },
	};
	struct several got = replay_several(EXEC, parts, 2);

	(void)state;
	assert_int_equal(got.r[0], -ENODATA);
	assert_int_equal(got.r[1], 0);
	assert_int_equal(lines(got.text), 5);
	assert_false(got.whole);
	assert_false(got.session.accounted);
	assert_int_equal(got.session.missing, 0);
	assert_int_equal(got.row.sent, 2);
	assert_int_equal(got.row.received, 5);
	free(got.text);
}

/* A compressed recording has the same events and the same account. */
static void compressed(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;
	struct result plain, got;
	int fd;

	(void)state;
	opts.events = EXEC | SETSID;
	plain = replay(&opts, recording());
	got = replay(&opts, make_recording(true));
	assert_int_equal(got.r, 0);
	assert_true(got.whole);
	assert_string_equal(got.text, plain.text);
	assert_string_equal(got.wire_format, plain.wire_format);
	assert_int_equal(got.event_count, plain.event_count);
	assert_memory_equal(got.events, plain.events, sizeof(got.events[0]) * 2);
	free(got.text);
	free(plain.text);

	/* Cut the compressed recording in its last frame. */
	fd = make_recording(true);
	assert_int_equal(ftruncate(fd, (off_t)size_of(fd) - 10), 0);
	lseek(fd, 0, SEEK_SET);
	got = replay(&opts, fd);
	assert_int_equal(got.r, -ENODATA);
	assert_false(got.whole);
	assert_int_equal(got.error.kind, ET_ERROR_INPUT);
	assert_non_null(strstr(got.error.message, " of its uncompressed content"));
	free(got.text);
}

/*
 * The pipe has no more bytes, but the replay has read compressed bytes that it has not replayed.
 * Until it has replayed them, et_replay__is_blocked() is true.
 */
static void compressed_in_steps(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;
	struct et_recording_about about = { .events = SETSID, .program = "test", .compress = true };
	const struct et_recording_totals totals = { .wire_format = "fixed" };
	struct et_recording_writer *w = NULL;
	struct et_replay *replay = NULL;
	int fd = memory_file_new(), fds[2], out = memory_file_new(), r;
	char bytes[65536];
	ssize_t size;

	(void)state;
	assert_int_equal(et_recording_writer_new(fd, &about, &w), 0);
	for (unsigned int i = 0; i < 8000; i++) {
		et_record_begin(&rec, ET_PROCESS_SETSID);
		add(w, i, 0);
	}
	assert_int_equal(et_recording_writer_end(w, &totals), 0);
	et_recording_writer_free(w);
	size = pread(fd, bytes, sizeof(bytes), 0);
	assert_in_range(size, 1000, 60000);
	assert_int_equal(pipe2(fds, O_CLOEXEC | O_NONBLOCK), 0);
	assert_int_equal(write(fds[1], bytes, (size_t)size), size);

	opts.events = SETSID;
	opts.output_fd = out;
	assert_int_equal(et_replay__open(&opts, fds[0], &replay, NULL), 0);
	assert_false(et_replay__is_blocked(replay));
	do
		r = et_replay__step(replay);
	while (r == 1 && et_replay__is_blocked(replay));
	/* All events are replayed. Only the next step reads from the pipe again. */
	assert_int_equal(r, 1);
	assert_int_equal(et_replay__step(replay), -EAGAIN);
	close(fds[1]);
	while ((r = et_replay__step(replay)) > 0)
		;
	assert_int_equal(r, 0);
	et_replay__close(replay);
	close(fds[0]);
	close(out);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_function),
		cmocka_unit_test(function_and_output),
		cmocka_unit_test(redacted_for_function),
		cmocka_unit_test(sets_and_rows),
		cmocka_unit_test(smaller_options),
		cmocka_unit_test(all),
		cmocka_unit_test(origin),
		cmocka_unit_test(chosen),
		cmocka_unit_test(filtered),
		cmocka_unit_test(failures),
		cmocka_unit_test(ranges),
		cmocka_unit_test(learned),
		cmocka_unit_test(counted),
		cmocka_unit_test(damaged),
		cmocka_unit_test(options),
		cmocka_unit_test(unwritable),
		cmocka_unit_test(one_account),
		cmocka_unit_test(gap_between),
		cmocka_unit_test(segments_follow),
		cmocka_unit_test(segment_was_dropped),
		cmocka_unit_test(segment_is_cut),
		cmocka_unit_test(other_session),
		cmocka_unit_test(one_is_cut),
		cmocka_unit_test(compressed),
		cmocka_unit_test(compressed_in_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
