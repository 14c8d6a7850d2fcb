/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests callers whose version of eventstrace.h has smaller or larger structs. */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/include/eventstrace.h"
#include "lib/replay/testing.h"

/*
 * The caller's struct et_event_stats is larger, then smaller. The events of et_options.event_set
 * are added to those of et_options.events.
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
	int fd = test_recording(), r;
	char small[3][16];

	(void)state;
	opts.event_set = &unknown;
	assert_int_equal(et_replay__open(&opts, fd, &replay, &err), -EINVAL);
	assert_non_null(strstr(err.message, "no event has the id 64"));
	assert_int_equal(et_event_set__add(&set, ET_EVENT_PROCESS_SETSID), 0);
	opts.event_set = &set;
	opts.events = EXEC;
	assert_int_equal(et_replay__open(&opts, fd, &replay, NULL), 0);
	assert_int_equal(test_replay_to_end(replay), 0);

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

static void count_event(void *ctx, const struct et_event *event)
{
	(void)event;
	(*(unsigned int *)ctx)++;
}

/*
 * If the caller's struct et_options is too small for on_event, the library does not read the bytes
 * after the struct.
 */
static void smaller_options(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;
	struct et_replay *replay = NULL;
	unsigned int count = 0;
	int fd = test_recording();

	(void)state;
	opts.events = EXEC;
	opts.on_event = count_event;
	opts.on_event_ctx = &count;
	opts.sz = offsetof(struct et_options, on_event);
	assert_int_equal(et_replay__open(&opts, fd, &replay, NULL), 0);
	assert_int_equal(test_replay_to_end(replay), 0);
	assert_int_equal(count, 0);
	et_replay__close(replay);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets_and_rows),
		cmocka_unit_test(smaller_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
