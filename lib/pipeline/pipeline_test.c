/* SPDX-License-Identifier: BSD-2-Clause */
/* The header line, and the numbers of events, in files that continue each other. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/decode/record_builder.h"
#include "lib/pipeline/pipeline.h"

#define FILES_MAX 64

static struct et_record rec;
static struct et_pipeline pipeline;
static int files[FILES_MAX];
static size_t file_count;

static int new_file(void)
{
	int fd = memfd_create("output", MFD_CLOEXEC);

	if (fd < 0 || file_count == FILES_MAX)
		abort();
	files[file_count++] = fd;
	return fd;
}

static char *contents(int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char *text;

	if (size < 0)
		abort();
	text = calloc(1, (size_t)size + 1);
	assert_non_null(text);
	assert_int_equal(pread(fd, text, (size_t)size, 0), size);
	return text;
}

static void open_pipeline(struct et_options *opts, int fd)
{
	struct et_enricher *clock = NULL;
	struct et_error err;

	memset(&pipeline, 0, sizeof(pipeline));
	opts->output_fd = fd;
	assert_int_equal(et_clock_enricher_new(&clock), 0);
	assert_int_equal(et_pipeline_open(&pipeline, opts, clock, &err), 0);
	et_pipeline_set_host(&pipeline, "a\"host", "a-boot");
}

static int put_event(void)
{
	struct et_process_exec *exec = et_record_begin(&rec, ET_PROCESS_EXEC);

	exec->pids.tgid = 7;
	return et_pipeline_record(&pipeline, &rec, et_record_len(&rec));
}

static int close_files(void **state)
{
	(void)state;
	et_pipeline_close(&pipeline);
	for (size_t i = 0; i < file_count; i++)
		close(files[i]);
	file_count = 0;
	return 0;
}

#define HEADER "{\"header\":true,\"schema\":\"eventstrace\",\"schema_version\":"

static size_t count(const char *text, const char *word)
{
	size_t n = 0;

	while ((text = strstr(text, word))) {
		n++;
		text += strlen(word);
	}
	return n;
}

/* @fd begins with a header, or not, and has this number of events. */
static void expect(int fd, size_t headers, size_t events)
{
	char *text = contents(fd);

	assert_int_equal(count(text, HEADER), headers);
	if (headers)
		assert_memory_equal(text, HEADER, strlen(HEADER));
	assert_int_equal(count(text, "{\"event_type\":"), events);
	free(text);
}

static void begins_each_file(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;
	int first = new_file(), empty = new_file(), used = new_file();
	char *text;

	(void)state;
	opts.stream = ET_STREAM_HEADER | ET_STREAM_IDENTITY;
	opts.max_events = 4;
	open_pipeline(&opts, first);
	assert_int_equal(put_event(), 0);
	assert_int_equal(put_event(), 0);
	assert_int_equal(et_pipeline_flush(&pipeline), 0);
	et_pipeline_next_output(&pipeline, empty);
	assert_int_equal(put_event(), 0);
	assert_int_equal(et_pipeline_flush(&pipeline), 0);
	assert_int_equal(write(used, "line\n", 5), 5);
	et_pipeline_next_output(&pipeline, used);
	/* The header lines do not count. */
	assert_int_equal(put_event(), -ECANCELED);
	assert_int_equal(et_pipeline_end(&pipeline, NULL, 0), 0);
	assert_int_equal(pipeline.written[ET_PROCESS_EXEC], 4);
	expect(first, 1, 2);
	expect(empty, 1, 1);
	expect(used, 0, 1);
	text = contents(used);
	assert_non_null(strstr(text, ",\"seq\":3,\"host\":\"a\\\"host\",\"boot_id\":\"a-boot\","));
	free(text);
}

static void without_events(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;
	int fd = new_file();

	(void)state;
	opts.stream = ET_STREAM_HEADER;
	open_pipeline(&opts, fd);
	assert_int_equal(et_pipeline_end(&pipeline, NULL, 0), 0);
	expect(fd, 1, 0);
}

static void only_if_chosen(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;
	int fd = new_file();
	char *text;

	(void)state;
	open_pipeline(&opts, fd);
	assert_int_equal(put_event(), 0);
	assert_int_equal(et_pipeline_end(&pipeline, NULL, 0), 0);
	expect(fd, 0, 1);
	text = contents(fd);
	assert_int_equal(count(text, "time_unix_ns") + count(text, "boot_id"), 0);
	free(text);
}

static int next_file(void *ctx, bool record)
{
	(void)ctx;
	(void)record;
	et_pipeline_next_output(&pipeline, new_file());
	return 0;
}

/* A line may wait in the buffer when its file is full: then the next header comes before it. */
static void rotated(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;
	size_t events = 0;

	(void)state;
	opts.stream = ET_STREAM_HEADER;
	open_pipeline(&opts, new_file());
	pipeline.next_file = next_file;
	pipeline.output_limit.max = 5000;
	for (size_t i = 0; i < 100; i++) {
		assert_int_equal(put_event(), 0);
		if (i % 7 == 0)
			assert_int_equal(et_pipeline_flush(&pipeline), 0);
	}
	assert_int_equal(et_pipeline_end(&pipeline, NULL, 0), 0);
	assert_true(file_count > 10);
	for (size_t i = 0; i < file_count; i++) {
		char *text = contents(files[i]);

		assert_true(strlen(text) <= 5000);
		events += count(text, "{\"event_type\":");
		expect(files[i], 1, count(text, "{\"event_type\":"));
		free(text);
	}
	assert_int_equal(events, 100);
	assert_int_equal(pipeline.written[ET_PROCESS_EXEC], 100);
}

/* The action line of the bulk API is no event, and there is no header. */
static void bulk(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;
	size_t events = 0;

	(void)state;
	opts.stream = ET_STREAM_HEADER;
	opts.format = "es-bulk";
	opts.max_events = 50;
	open_pipeline(&opts, new_file());
	pipeline.next_file = next_file;
	pipeline.output_limit.max = 5000;
	for (size_t i = 0; i < 49; i++)
		assert_int_equal(put_event(), 0);
	assert_int_equal(put_event(), -ECANCELED);
	assert_int_equal(et_pipeline_end(&pipeline, NULL, 0), 0);
	assert_int_equal(pipeline.written[ET_PROCESS_EXEC], 50);
	assert_true(file_count > 5);
	for (size_t i = 0; i < file_count; i++) {
		char *text = contents(files[i]);

		/* An event's two lines are in one file. */
		assert_memory_equal(text, "{\"create\":{\"_id\":\"", 18);
		assert_int_equal(count(text, "\n{\"@timestamp\""), count(text, "{\"create\""));
		assert_int_equal(count(text, "\n"), 2 * count(text, "{\"create\""));
		events += count(text, "{\"create\"");
		free(text);
	}
	assert_int_equal(events, 50);
}

/* Each file is one array. Another host does not begin it again. */
static void trace(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;
	int first = new_file(), second = new_file();

	(void)state;
	opts.format = "trace";
	open_pipeline(&opts, first);
	assert_int_equal(put_event(), 0);
	et_pipeline_set_host(&pipeline, "another", "boot");
	assert_int_equal(put_event(), 0);
	assert_int_equal(et_pipeline_flush(&pipeline), 0);
	et_pipeline_next_output(&pipeline, second);
	assert_int_equal(put_event(), 0);
	assert_int_equal(et_pipeline_end(&pipeline, NULL, 0), 0);
	assert_int_equal(pipeline.written[ET_PROCESS_EXEC], 3);
	for (size_t i = 0; i < 2; i++) {
		char *text = contents(files[i]);

		assert_int_equal(text[0], '[');
		assert_int_equal(count(text, "\n["), 0);
		assert_int_equal(count(text, "\n,"), i ? 1 : 2);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(begins_each_file, close_files),
		cmocka_unit_test_teardown(without_events, close_files),
		cmocka_unit_test_teardown(only_if_chosen, close_files),
		cmocka_unit_test_teardown(rotated, close_files),
		cmocka_unit_test_teardown(bulk, close_files),
		cmocka_unit_test_teardown(trace, close_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
