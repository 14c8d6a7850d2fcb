/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests the errors of a replay: damaged recordings, outputs that fail, and invalid options. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/include/eventstrace.h"
#include "lib/recording/writer.h"
#include "lib/replay/testing.h"
#include "lib/sink/memory_file.h"

static void damaged(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;
	struct test_replayed got;
	int fd = test_recording();
	size_t size = test_file_size(fd);

	(void)state;
	opts.events = EXEC;
	assert_int_equal(ftruncate(fd, (off_t)size - 1), 0);
	lseek(fd, 0, SEEK_SET);
	got = test_replay(&opts, fd);
	assert_int_equal(got.r, -ENODATA);
	assert_int_equal(got.error.kind, ET_ERROR_INPUT);
	assert_non_null(strstr(got.error.message, "is cut off at byte "));
	assert_int_equal(strtol(strstr(got.error.message, "byte ") + 5, NULL, 10),
			 size - (sizeof(struct et_file_end) + 2 * sizeof(struct et_file_account)));
	assert_int_equal(test_lines(got.text), 3);
	assert_int_equal(got.events[0].written, 2);
	assert_false(got.whole);
	free(got.text);

	fd = test_recording();
	assert_int_equal(pwrite(fd, "X", 1, (off_t)size - 1), 1);
	got = test_replay(&opts, fd);
	assert_int_equal(got.r, -EBADMSG);
	assert_non_null(strstr(got.error.message, "is damaged at byte "));
	assert_int_equal(test_lines(got.text), 3);
	free(got.text);

	fd = memory_file_new();
	assert_int_equal(write(fd, "#!/bin/sh\n", 10), 10);
	lseek(fd, 0, SEEK_SET);
	got = test_replay(&opts, fd);
	assert_int_equal(got.r, -EPROTONOSUPPORT);
	assert_string_equal(got.error.message, "is no recording");
	assert_string_equal(got.text, "");
	assert_int_equal(got.event_count, 0);
	free(got.text);

	fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		abort();
	got = test_replay(&opts, fd);
	assert_int_equal(got.r, -EISDIR);
	assert_string_equal(got.error.message, "cannot be read: Is a directory");
	free(got.text);
}

static void unwritable(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;
	struct et_replay *replay = NULL;
	int fd = test_recording();

	(void)state;
	opts.events = EXEC;
	opts.output_fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	if (opts.output_fd < 0)
		abort();
	assert_int_equal(et_replay__open(&opts, fd, &replay, NULL), 0);
	assert_int_equal(test_replay_to_end(replay), -ENOSPC);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(damaged),
		cmocka_unit_test(unwritable),
		cmocka_unit_test(options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
