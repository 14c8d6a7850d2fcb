/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests the screens of --top, with events that the test makes. */
#include "tools/eventstrace/top.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lib/decode/decode.h"
#include "lib/decode/record_builder.h"

#define SECOND 1000000000ULL

static struct et_record rec;

static void add(struct top *t)
{
	struct et_event event;

	assert_int_equal(et_decode(rec.bytes, et_record_len(&rec), &event), 0);
	top_event(t, &event);
}

static void add_create(struct top *t, __u32 tgid, const char *comm, const char *path)
{
	struct et_file_create *create = et_record_begin(&rec, ET_FILE_CREATE);

	create->pids.tgid = tgid;
	create->pids.start_time_ns = 10;
	strncpy(create->comm, comm, sizeof(create->comm));
	et_record_var_str(&rec, ET_VAR_PATH, path);
	add(t);
}

static void add_exit(struct top *t, __u32 tgid, const char *comm)
{
	struct et_process_exit *exit_ = et_record_begin(&rec, ET_PROCESS_EXIT);

	exit_->pids.tgid = tgid;
	exit_->pids.start_time_ns = 10;
	strncpy(exit_->comm, comm, sizeof(exit_->comm));
	add(t);
}

static void step(struct top *t, uint64_t seconds, const struct et_event_stats *stats, size_t count)
{
	const struct top_sample sample = {
		.now_ns = (100 + seconds) * SECOND,
		.cpu_ns = seconds * (SECOND / 200),
		.events = stats,
		.event_count = count,
	};

	top_step(t, &sample);
}

static void expect(const struct top *t, struct top_view view, const char *expected)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	top_print(t, &view, out);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text, expected);
	free(text);
}

static struct top *filled(void)
{
	struct et_event_stats stats[] = {
		{ .id = ET_PROCESS_EXIT, .attempted = 1, .received = 1, .bytes = 512 },
		{ .id = ET_FILE_CREATE, .attempted = 6, .received = 4, .bytes = 2048, .lost = 2 },
		{ .id = ET_FILE_DELETE },
	};
	struct top *t = top_new();

	assert_non_null(t);
	top_begin(t, 100 * SECOND, 0);
	add_create(t, 4711, "touch", "/tmp/a");
	add_create(t, 4711, "touch", "/tmp/b");
	add_create(t, 12, "\033]0;evil\a", "/tmp/b");
	add_create(t, 4711, "touch2", "/tmp/\302\233\r\xff\xc3\xa9 \xe6\xbc\xa2");
	add_exit(t, 4711, "touch2");
	step(t, 2, stats, 3);
	return t;
}

static void blocks(void **state)
{
	struct top *t = filled();

	(void)state;
	expect(t, (struct top_view){ 0 },
	       "eventstrace, 2 s: 2.5 events/s, 1.2 KiB/s, own CPU 0.5 %, lost 1.0/s, 2 in all\n"
	       "\n"
	       "  EVENTS/S      KIB/S       TOTAL       LOST  EVENT\n"
	       "       2.0        1.0           4          2  file-create\n"
	       "       0.5        0.2           1          0  process-exit\n"
	       "\n"
	       "  EVENTS/S      KIB/S      PID  PROCESS\n"
	       "       2.0        0.4     4711  touch2\n"
	       "       0.5        0.1       12  \\x1b]0;evil\\x07\n"
	       "\n"
	       "  EVENTS/S      KIB/S  PATH\n"
	       "       1.0        0.2  /tmp/b\n"
	       "       0.5        0.1  /tmp/a\n"
	       "       0.5        0.1  /tmp/\\xc2\\x9b\\x0d\\xff\xc3\xa9 \xe6\xbc\xa2\n"
	       "\n");
	top_free(t);
	top_free(NULL);
}

/*
 * The screen never exceeds the terminal. A small terminal gets the first lines, cut at its width.
 */
static void terminals(void **state)
{
	struct top *t = filled();

	(void)state;
	expect(t, (struct top_view){ .columns = 40, .rows = 14, .paint = true, .color = true },
	       "\033[H\033[Keventstrace, 2 s: 2.5 events/s, 1.2 KiB/\n"
	       "\033[K\n"
	       "\033[K\033[1m  EVENTS/S      KIB/S       TOTAL       \033[0m\n"
	       "\033[K       2.0        1.0           4       \n"
	       "\033[K       0.5        0.2           1       \n"
	       "\033[K\n"
	       "\033[K\033[1m  EVENTS/S      KIB/S      PID  PROCESS\033[0m\n"
	       "\033[K       2.0        0.4     4711  touch2\n"
	       "\033[K       0.5        0.1       12  ...l\\x07\n"
	       "\033[K\n"
	       "\033[K\033[1m  EVENTS/S      KIB/S  PATH\033[0m\n"
	       "\033[K       1.0        0.2  /tmp/b\n"
	       "\033[K       0.5        0.1  /tmp/a\n"
	       "\033[J");
	expect(t, (struct top_view){ .columns = 30, .rows = 3, .paint = true },
	       "\033[H\033[Keventstrace, 2 s: 2.5 events/s\n"
	       "\033[K\n"
	       "\033[J");
	expect(t, (struct top_view){ .columns = 36, .rows = 0, .ascii = true },
	       "eventstrace, 2 s: 2.5 events/s, 1.2 \n"
	       "\n"
	       "  EVENTS/S      KIB/S       TOTAL   \n"
	       "       2.0        1.0           4   \n"
	       "       0.5        0.2           1   \n"
	       "\n"
	       "  EVENTS/S      KIB/S      PID  PROC\n"
	       "       2.0        0.4     4711  ...2\n"
	       "       0.5        0.1       12  ...\n"
	       "\n"
	       "  EVENTS/S      KIB/S  PATH\n"
	       "       1.0        0.2  /tmp/b\n"
	       "       0.5        0.1  /tmp/a\n"
	       "       0.5        0.1  ...\n"
	       "\n");
	top_free(t);
}

/* Each interval has its own counts; totals are since the start. */
static void intervals(void **state)
{
	struct et_event_stats stats[] = {
		{ .id = ET_PROCESS_EXIT, .attempted = 1, .received = 1, .bytes = 512 },
		{ .id = ET_FILE_CREATE, .attempted = 9, .received = 7, .bytes = 3072, .lost = 2 },
		{ .id = ET_FILE_DELETE },
	};
	struct top *t = filled();

	(void)state;
	for (int i = 0; i < 3; i++)
		add_create(t, 13, "cp", "/tmp/c");
	step(t, 3, stats, 3);
	expect(t, (struct top_view){ 0 },
	       "eventstrace, 3 s: 3.0 events/s, 1.0 KiB/s, own CPU 0.5 %, lost 0.0/s, 2 in all\n"
	       "\n"
	       "  EVENTS/S      KIB/S       TOTAL       LOST  EVENT\n"
	       "       3.0        1.0           7          2  file-create\n"
	       "       0.0        0.0           1          0  process-exit\n"
	       "\n"
	       "  EVENTS/S      KIB/S      PID  PROCESS\n"
	       "       3.0        0.6       13  cp\n"
	       "\n"
	       "  EVENTS/S      KIB/S  PATH\n"
	       "       3.0        0.6  /tmp/c\n"
	       "\n");
	/* An interval of length 0, as after a quick resize, must not cause a division by 0. */
	step(t, 3, stats, 3);
	expect(t, (struct top_view){ 0 },
	       "eventstrace, 3 s: 0.0 events/s, 0.0 KiB/s, own CPU 0.0 %, lost 0.0/s, 2 in all\n"
	       "\n"
	       "  EVENTS/S      KIB/S       TOTAL       LOST  EVENT\n"
	       "       0.0        0.0           7          2  file-create\n"
	       "       0.0        0.0           1          0  process-exit\n"
	       "\n"
	       "  EVENTS/S      KIB/S      PID  PROCESS\n"
	       "\n"
	       "  EVENTS/S      KIB/S  PATH\n"
	       "\n");
	top_free(t);
}

/* A table of causes is there from the first event on that the folder of segments lacks. */
static void not_recorded(void **state)
{
	const struct et_not_recorded_stats rows[] = {
		{ ET_PROCESS_EXEC, ET_LOST_CAUSE_QUEUE_FULL, 3 },
		{ ET_PROCESS_EXEC, ET_LOST_CAUSE_SPOOL_FULL, 100 },
		{ ET_PROCESS_EXIT, ET_LOST_CAUSE_QUEUE_FULL, 4 },
	};
	struct top_sample sample = { .now_ns = 101 * SECOND,
				     .not_recorded = rows,
				     .not_recorded_count = 1 };
	struct top *t = top_new();

	(void)state;
	assert_non_null(t);
	top_begin(t, 100 * SECOND, 0);
	top_step(t, &sample);
	sample.now_ns = 103 * SECOND;
	sample.not_recorded_count = 3;
	top_step(t, &sample);
	expect(t, (struct top_view){ .rows = 12 },
	       "eventstrace, 3 s: 0.0 events/s, 0.0 KiB/s, own CPU 0.0 %, lost 0.0/s, 0 in all\n"
	       "\n"
	       "  EVENTS/S      KIB/S       TOTAL       LOST  EVENT\n"
	       "\n"
	       "  EVENTS/S       TOTAL  NOT IN THE FOLDER OF SEGMENTS\n"
	       "       2.0           7  QUEUE_FULL\n"
	       "      50.0         100  SPOOL_FULL\n"
	       "\n"
	       "  EVENTS/S      KIB/S      PID  PROCESS\n"
	       "\n"
	       "  EVENTS/S      KIB/S  PATH\n"
	       "\n");
	top_free(t);
}

/* With more keys than room, the head of the table has the largest possible error. */
static void many_paths(void **state)
{
	static char *const lines[] = { "PATH (events: at most 1.0/s too many)\n", "      30.0" };
	struct et_event_stats stats[] = { { .id = ET_FILE_CREATE } };
	const struct top_view view = { 0 };
	struct top *t = top_new();
	char *text = NULL, path[32];
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_non_null(t);
	assert_non_null(out);
	top_begin(t, 100 * SECOND, 0);
	for (int i = 0; i < 30; i++)
		add_create(t, 1, "a", "/often");
	for (int i = 0; i < TOP_KEYS; i++) {
		snprintf(path, sizeof(path), "/tmp/%d", i);
		add_create(t, 1, "a", path);
	}
	step(t, 1, stats, 1);
	top_print(t, &view, out);
	assert_int_equal(fclose(out), 0);
	for (size_t i = 0; i < 2; i++)
		assert_non_null(strstr(text, lines[i]));
	assert_non_null(strstr(text, "  /often\n"));
	free(text);
	top_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks),     cmocka_unit_test(terminals),
		cmocka_unit_test(intervals),  cmocka_unit_test(not_recorded),
		cmocka_unit_test(many_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
