/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests which events a replay prints: filters, failures, and ranges of time. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/decode/record_builder.h"
#include "lib/include/eventstrace.h"
#include "lib/recording/writer.h"
#include "lib/replay/testing.h"
#include "lib/sink/memory_file.h"

/* Filters drop events, but never a LOST record. */
static void filtered(void **state)
{
	const struct et_filter filter = { .kind = ET_FILTER_PID, .number = 42 };
	struct et_options opts = ET_OPTIONS_INIT;
	struct test_replayed got;

	(void)state;
	opts.events = EXEC | SETSID;
	opts.filters = &filter;
	opts.filter_count = 1;
	got = test_replay(&opts, test_recording());
	assert_int_equal(got.r, 0);
	assert_int_equal(test_lines(got.text), 2);
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
	struct et_process_exit *exit = et_record_begin(&test_record, ET_PROCESS_EXIT);

	exit->exit_code = code;
	exit->exit_signal = signal;
	test_recording_add(w, 1, BEFORE);
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
	struct test_replayed got;
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
	got = test_replay(&opts, fd);
	assert_int_equal(got.r, 0);
	assert_int_equal(test_lines(got.text), 2);
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
		struct test_replayed got;

		opts.events = EXEC | SETSID;
		opts.since_ns = rows[i].since;
		opts.until_ns = rows[i].until;
		got = test_replay(&opts, test_recording());
		assert_int_equal(got.r, 0);
		if (test_lines(got.text) != rows[i].lines)
			fail_msg("row %zu gives %u lines", i, test_lines(got.text));
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
	setsid = et_record_begin(&test_record, ET_PROCESS_SETSID);
	setsid->cgroup_id = 7;
	test_recording_add(w, 1, BEFORE);
	exec = et_record_begin(&test_record, ET_PROCESS_EXEC);
	exec->cgroup_id = 7;
	et_record_var_str(&test_record, ET_VAR_CGROUP_PATH, "/a/b");
	test_recording_add(w, 2, BEFORE);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filtered),
		cmocka_unit_test(failures),
		cmocka_unit_test(ranges),
		cmocka_unit_test(learned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
