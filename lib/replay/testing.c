/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/decode/record_builder.h"
#include "lib/include/eventstrace.h"
#include "lib/recording/writer.h"
#include "lib/replay/testing.h"
#include "lib/sink/memory_file.h"

struct et_record test_record;

size_t test_file_size(int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);

	if (size < 0)
		abort();
	return (size_t)size;
}

void test_recording_add(struct et_recording_writer *w, __u64 ts, __u64 clock_offset)
{
	test_record.hdr.ts = ts;
	assert_int_equal(et_recording_writer_add(w, test_record.bytes, et_record_len(&test_record),
						 clock_offset),
			 0);
}

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
	exec = et_record_begin(&test_record, ET_PROCESS_EXEC);
	exec->pids.tgid = 42;
	test_recording_add(w, 1000000001, BEFORE);
	et_record_begin(&test_record, ET_PROCESS_SETSID);
	test_recording_add(w, 2000000000, BEFORE);
	assert_int_equal(et_recording_writer_add(w, "?", 1, BEFORE), 0);
	assert_int_equal(et_recording_writer_add(w, &lost, sizeof(lost), BEFORE), 0);
	not_lost.hdr.size--;
	assert_int_equal(et_recording_writer_add(w, &not_lost, sizeof(lost), BEFORE), 0);
	not_lost.hdr = lost.hdr;
	not_lost.hdr.version++;
	assert_int_equal(et_recording_writer_add(w, &not_lost, sizeof(lost), BEFORE), 0);
	assert_int_equal(et_recording_writer_add(w, &lost, sizeof(lost) - 1, BEFORE), 0);
	exec = et_record_begin(&test_record, ET_PROCESS_EXEC);
	exec->pids.tgid = 43;
	test_recording_add(w, 3000000000, AFTER);
	assert_int_equal(et_recording_writer_end(w, &totals), 0);
	et_recording_writer_free(w);
	lseek(fd, 0, SEEK_SET);
	return fd;
}

int test_recording(void)
{
	return make_recording(false);
}

int test_recording_compressed(void)
{
	return make_recording(true);
}

int test_replay_to_end(struct et_replay *replay)
{
	int r;

	do
		r = et_replay__step(replay);
	while (r > 0);
	return r;
}

struct test_replayed test_replay(struct et_options *opts, int fd)
{
	struct test_replayed ret = { .session.sz = sizeof(ret.session) };
	struct et_replay *replay = NULL;
	struct et_session_stats small = { .sz = 1 };
	size_t size;
	int out = memory_file_new();

	opts->output_fd = out;
	assert_int_equal(et_replay__open(opts, fd, &replay, NULL), 0);
	assert_int_equal(et_replay__error(replay)->kind, ET_ERROR_NONE);
	ret.r = test_replay_to_end(replay);
	ret.error = *et_replay__error(replay);
	ret.event_count = et_replay__event_stats(replay, ret.events, 8);
	assert_int_equal(et_replay__event_stats(replay, ret.events, 0), 0);
	assert_int_equal(et_replay__stats(replay, &small), -EINVAL);
	assert_int_equal(et_replay__stats(replay, &ret.session), 0);
	snprintf(ret.wire_format, sizeof(ret.wire_format), "%s", ret.session.wire_format);
	ret.whole = et_replay__whole(replay);
	et_replay__close(replay);

	ret.text = memory_file_text(out, &size);
	assert_int_equal(ret.session.output_bytes, size);
	close(out);
	close(fd);
	return ret;
}

unsigned int test_lines(const char *text)
{
	unsigned int n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}
