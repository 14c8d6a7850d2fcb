/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replays recordings of earlier versions. The lines must not change, even if event types have more
 * fields today. The arguments are pairs of files: a recording from a running kernel, and the lines
 * that the program printed at that time. These files are never generated again.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/event/compare.h"
#include "lib/include/eventstrace.h"
#include "lib/sink/memory_file.h"

static char **files; /* pairs of a recording and its lines */

static int open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		fail_msg("%s: %s", path, strerror(errno));
	return fd;
}

static uint64_t all_events(void)
{
	size_t count;
	const struct et_event_info *infos = et_event_infos(&count);
	uint64_t events = 0;

	for (size_t i = 0; i < count; i++)
		events |= ET_EVENT_BIT(infos[i].id);
	return events;
}

/*
 * The lines that on_event formats with et_event__format(). They must equal the lines on output_fd.
 */
struct seen {
	char *text;
	size_t size;
};

static void on_event(void *ctx, const struct et_event *event)
{
	struct seen *seen = ctx;
	size_t max = et_event__format_max(event, "json"), size;
	char *text = realloc(seen->text, seen->size + max);

	if (!text)
		abort();
	seen->text = text;
	assert_int_equal(et_event__format(event, "json", seen->text + seen->size, max, &size), 0);
	seen->size += size;
	compare_with_json(event);
	compare_typed(event);
}

static char *replay(const char *path, size_t *ret_size)
{
	struct et_options opts = ET_OPTIONS_INIT;
	struct et_replay *replay = NULL;
	struct seen seen = { 0 };
	char *text;
	int fd = open_file(path), out = memory_file_new(), r;

	if (out < 0)
		abort();
	opts.events = all_events();
	opts.output_fd = out;
	opts.on_event = on_event;
	opts.on_event_ctx = &seen;
	assert_int_equal(et_replay__open(&opts, fd, &replay, NULL), 0);
	do
		r = et_replay__step(replay);
	while (r > 0);
	if (r < 0)
		fail_msg("%s %s", path, et_replay__error(replay)->message);
	assert_true(et_replay__whole(replay));
	et_replay__close(replay);
	close(fd);
	text = memory_file_text(out, ret_size);
	assert_int_equal(seen.size, *ret_size);
	assert_memory_equal(seen.text, text, seen.size);
	free(seen.text);
	return text;
}

static void printed_as_then(void **state)
{
	(void)state;
	assert_non_null(files[0]);
	for (char **file = files; *file; file += 2) {
		size_t size, now_size, at = 0, line = 1;
		char *then = memory_file_text(open_file(file[1]), &size), *now;

		assert_true(size > 0);
		now = replay(file[0], &now_size);
		while (then[at] && then[at] == now[at])
			line += then[at++] == '\n';
		if (then[at] != now[at])
			fail_msg(
				"%s: line %zu was\n  %.120s\nand is now\n  %.120s\n"
				"Old recordings are printed as they were: see docs/adding-an-event.md",
				file[0], line, then + at, now + at);
		assert_int_equal(now_size, size);
		free(then);
		free(now);
	}
}

/* A recording of version 1 of the file format has no host name. */
static void host_is_unknown(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;
	struct et_replay *replay = NULL;
	int fd = open_file(files[0]), out = memory_file_new(), r;
	char *text, expected[80];
	size_t size, seq = 0;

	(void)state;
	opts.events = all_events();
	opts.output_fd = out;
	opts.stream = ET_STREAM_HEADER | ET_STREAM_IDENTITY;
	assert_int_equal(et_replay__open(&opts, fd, &replay, NULL), 0);
	do
		r = et_replay__step(replay);
	while (r > 0);
	assert_int_equal(r, 0);
	et_replay__close(replay);
	close(fd);
	text = memory_file_text(out, &size);
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		if (line == text)
			snprintf(expected, sizeof(expected),
				 "\"host\":null,\"boot_id\":null,\"clock\"");
		else
			snprintf(expected, sizeof(expected),
				 ",\"seq\":%zu,\"host\":null,\"boot_id\":null,", seq++);
		assert_non_null(strstr(line, expected));
	}
	assert_true(seq > 10);
	free(text);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(printed_as_then),
		cmocka_unit_test(host_is_unknown),
	};

	(void)argc;
	files = argv + 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
