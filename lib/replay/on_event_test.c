/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests a replay that calls on_event. */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/decode/record_builder.h"
#include "lib/include/eventstrace.h"
#include "lib/recording/writer.h"
#include "lib/replay/testing.h"
#include "lib/sink/memory_file.h"

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
	int fd = test_recording();

	(void)state;
	assert_int_equal(et_replay__open(&opts, fd, &caller.replay, NULL), 0);
	assert_int_equal(test_replay_to_end(caller.replay), 0);
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
	int fd = test_recording();

	(void)state;
	opts.max_events = 2;
	opts.output_fd = memory_file_new();
	assert_int_equal(et_replay__open(&opts, fd, &caller.replay, NULL), 0);
	assert_int_equal(test_replay_to_end(caller.replay), -ECANCELED);
	assert_int_equal(caller.count, 2);
	et_replay__close(caller.replay);
	assert_true(test_file_size(opts.output_fd) > 0);
	et_event__free(caller.kept);
	close(opts.output_fd);
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
	et_record_begin(&test_record, ET_PROCESS_EXEC);
	et_record_var(&test_record, ET_VAR_ARGV, argv, sizeof(argv));
	test_recording_add(w, 1, BEFORE);
	assert_int_equal(et_recording_writer_flush(w), 0);
	et_recording_writer_free(w);
	lseek(fd, 0, SEEK_SET);

	opts.events = EXEC;
	opts.redact = patterns;
	opts.redact_count = 1;
	opts.on_event = expect_redacted;
	opts.on_event_ctx = &count;
	assert_int_equal(et_replay__open(&opts, fd, &replay, NULL), 0);
	assert_int_equal(test_replay_to_end(replay), -ENODATA);
	assert_int_equal(count, 1);
	et_replay__close(replay);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_function),
		cmocka_unit_test(function_and_output),
		cmocka_unit_test(redacted_for_function),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
