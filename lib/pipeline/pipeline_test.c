/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests the header line, the numbers of events, and the sizes of files when the output continues in
 * a next file.
 */
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
#include <unistd.h>

#include <cmocka.h>
#include <zstd.h>

#include "lib/decode/record_builder.h"
#include "lib/pipeline/pipeline.h"
#include "lib/recording/reader.h"
#include "lib/sink/memory_file.h"
#include "lib/wire/shared.h"

#define FILES_MAX 64

static struct et_record rec;
static struct et_pipeline pipeline;
static int files[FILES_MAX];
static size_t file_count;

static int new_file(void)
{
	int fd = memory_file_new();

	assert_true(file_count < FILES_MAX);
	files[file_count++] = fd;
	return fd;
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

/*
 * Check that a file has @headers header lines (0 or 1) and @events events, and begins with its
 * header.
 */
static void expect(int fd, size_t headers, size_t events)
{
	char *text = memory_file_text(fd, NULL);

	assert_int_equal(count(text, HEADER), headers);
	if (headers)
		assert_memory_equal(text, HEADER, strlen(HEADER));
	assert_int_equal(count(text, "{\"event_type\":"), events);
	free(text);
}

/* The lines that on_line has received, each with a mark: header, event or lost. */
static char lines[8192];

static int take_line(void *ctx, const struct et_event *event, const char *line, size_t len)
{
	const size_t used = strlen(lines);

	const bool is_lost = event && event->hdr->type == ET_LOST;

	assert_ptr_equal(ctx, &rec);
	if (event && !is_lost)
		assert_int_equal(event->hdr->type, ET_PROCESS_EXEC);
	snprintf(lines + used, sizeof(lines) - used, "%c%.*s",
		 is_lost ? 'l'
		 : event ? 'e'
			 : 'h',
		 (int)len, line);
	return strstr(line, "\"tgid\":8") ? -ENOMEM : 0;
}

/* With on_line, the lines go to the caller, and nothing to the file. */
static void lines_for_caller(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;
	struct et_enricher *clock = NULL;
	struct et_process_exec *exec;
	struct et_error err;

	(void)state;
	*lines = '\0';
	memset(&pipeline, 0, sizeof(pipeline));
	pipeline.on_line = take_line;
	pipeline.on_line_ctx = &rec;
	opts.output_fd = new_file();
	opts.stream = ET_STREAM_HEADER;
	assert_int_equal(et_clock_enricher_new(&clock), 0);
	assert_int_equal(et_pipeline_open(&pipeline, &opts, clock, &err), 0);
	et_pipeline_set_host(&pipeline, "host", "boot");
	assert_int_equal(put_event(), 0);
	assert_int_equal(put_event(), 0);
	assert_memory_equal(lines, "h" HEADER, strlen("h" HEADER));
	assert_int_equal(count(lines, "\ne{\"event_type\":"), 2);
	assert_int_equal(lines[strlen(lines) - 1], '\n');
	assert_int_equal(et_pipeline_lost(&pipeline, &(const struct et_gap){ .count = 3 }), 0);
	assert_int_equal(count(lines, "\nl{\"event_type\":\"LOST\""), 1);
	assert_int_equal(pipeline.written[ET_PROCESS_EXEC], 2);
	assert_int_equal(pipeline.lost_written, 3);
	assert_int_equal(et_pipeline_flush(&pipeline), 0);
	expect(opts.output_fd, 0, 0);

	/* If on_line fails, the pipeline fails with the same error. */
	exec = et_record_begin(&rec, ET_PROCESS_EXEC);
	exec->pids.tgid = 8;
	assert_int_equal(et_pipeline_record(&pipeline, &rec, et_record_len(&rec)), -ENOMEM);
	assert_int_equal(pipeline.failed, -ENOMEM);
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
	/*
	 * This is the fourth event, so max_events is reached: header lines do not count as events.
	 */
	assert_int_equal(put_event(), -ECANCELED);
	assert_int_equal(et_pipeline_end(&pipeline, NULL, 0), 0);
	assert_int_equal(pipeline.written[ET_PROCESS_EXEC], 4);
	expect(first, 1, 2);
	expect(empty, 1, 1);
	expect(used, 0, 1);
	text = memory_file_text(used, NULL);
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
	text = memory_file_text(fd, NULL);
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

/*
 * When a file is full, a line may still wait in the buffer. The next file's header is written
 * before this line.
 */
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
		char *text = memory_file_text(files[i], NULL);

		assert_true(strlen(text) <= 5000);
		events += count(text, "{\"event_type\":");
		expect(files[i], 1, count(text, "{\"event_type\":"));
		free(text);
	}
	assert_int_equal(events, 100);
	assert_int_equal(pipeline.written[ET_PROCESS_EXEC], 100);
}

/* Decompress a file that has only complete frames. Return: the text, which the caller frees. */
static char *decompressed(int fd)
{
	const off_t size = lseek(fd, 0, SEEK_END);
	const size_t room = 1 << 20;
	char *bytes = memory_file_text(fd, NULL), *text = calloc(1, room);
	size_t len = ZSTD_decompress(text, room - 1, bytes, (size_t)size);

	assert_false(ZSTD_isError(len));
	text[len] = '\0';
	free(bytes);
	return text;
}

/* The limit of a file's size counts compressed bytes. A full file has used most of its limit. */
static void rotated_compressed(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;
	size_t events = 0;

	(void)state;
	opts.stream = ET_STREAM_HEADER;
	opts.compress = ET_COMPRESS_ZSTD;
	open_pipeline(&opts, new_file());
	pipeline.next_file = next_file;
	pipeline.output_limit.max = 5000;
	for (size_t i = 0; i < 1000; i++) {
		assert_int_equal(put_event(), 0);
		if (i % 97 == 0)
			assert_int_equal(et_pipeline_flush(&pipeline), 0);
	}
	assert_int_equal(et_pipeline_end(&pipeline, NULL, 0), 0);
	assert_true(file_count > 3);
	for (size_t i = 0; i < file_count; i++) {
		char *text = decompressed(files[i]);

		assert_true(lseek(files[i], 0, SEEK_END) <= 5000);
		if (i + 1 < file_count)
			assert_true(lseek(files[i], 0, SEEK_END) > 3000 && strlen(text) > 10000);
		assert_int_equal(count(text, HEADER), 1);
		assert_memory_equal(text, HEADER, strlen(HEADER));
		events += count(text, "{\"event_type\":");
		free(text);
	}
	assert_int_equal(events, 1000);
	assert_int_equal(pipeline.written[ET_PROCESS_EXEC], 1000);
}

/*
 * The format "es-bulk" prints two lines for an event: an action, such as {"create":...}, and the
 * document. They count as one event. Files have no header.
 */
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
		char *text = memory_file_text(files[i], NULL);

		/* The action line and the document of an event are in the same file. */
		assert_memory_equal(text, "{\"create\":{\"_id\":\"", 18);
		assert_int_equal(count(text, "\n{\"@timestamp\""), count(text, "{\"create\""));
		assert_int_equal(count(text, "\n"), 2 * count(text, "{\"create\""));
		events += count(text, "{\"create\"");
		free(text);
	}
	assert_int_equal(events, 50);
}

/* Each output file is one JSON array. If the host changes within a file, the array continues. */
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
		char *text = memory_file_text(files[i], NULL);

		assert_int_equal(text[0], '[');
		assert_int_equal(count(text, "\n["), 0);
		assert_int_equal(count(text, "\n,"), i ? 1 : 2);
		free(text);
	}
}

/*
 * et_check_format(), which needs no session, refuses et_options.context for a format without
 * contexts.
 */
static void formats_with_context(void **state)
{
	static const char *const with[] = { NULL, "json", "text", "ecs", "es-bulk" };
	static const char *const without[] = { "trace" };
	struct et_options opts = ET_OPTIONS_INIT;
	struct et_error err;
	char expected[64];

	(void)state;
	opts.context = 1;
	for (size_t i = 0; i < sizeof(with) / sizeof(*with); i++) {
		opts.format = with[i];
		assert_int_equal(et_check_format(&opts, &err), 0);
	}
	for (size_t i = 0; i < sizeof(without) / sizeof(*without); i++) {
		opts.format = without[i];
		assert_int_equal(et_check_format(&opts, &err), -EINVAL);
		assert_int_equal(err.kind, ET_ERROR_USAGE);
		snprintf(expected, sizeof(expected), "the format \"%s\" has no context",
			 without[i]);
		assert_string_equal(err.message, expected);
	}
}

static struct et_record process_rec;

/* Make the record of a process with long arguments, as if from /proc. */
static int read_process(void *ctx, __u32 tgid, const void **ret_record)
{
	static char args[4096];
	struct et_process_exists *exists = et_record_begin(&process_rec, ET_PROCESS_EXISTS);

	(void)ctx;
	memset(args, 'a', sizeof(args) - 1);
	exists->pids.tgid = tgid;
	exists->again = true;
	et_record_var(&process_rec, ET_VAR_ARGV, args, sizeof(args));
	*ret_record = &process_rec;
	return (int)et_record_len(&process_rec);
}

static struct et_recording_writer *new_recording(void)
{
	const struct et_recording_about about = {
		.events = 1ULL << ET_PROCESS_SETSID | 1ULL << ET_PROCESS_EXISTS, .program = "test"
	};
	struct et_recording_writer *writer = NULL;

	assert_int_equal(et_recording_writer_new(new_file(), &about, &writer), 0);
	return writer;
}

/* Number of events that the pipeline had received when each recording ended. */
static __u64 ended[FILES_MAX];

static int next_recording(void *ctx, bool record)
{
	const struct et_recording_totals totals = { .wire_format = "varlen" };

	(void)ctx;
	assert_true(record);
	ended[file_count - 1] = pipeline.received_total;
	return et_pipeline_next_recorder(&pipeline, &totals, new_recording(), 0);
}

/*
 * Count the events in a recording; records from /proc do not count. @begins: true if the first
 * record must be of a process that ran before this recording.
 */
static size_t recorded(int fd, bool begins)
{
	struct et_recording_reader *reader = NULL;
	struct et_recorded recorded;
	size_t events = 0;
	int r;

	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(et_recording_reader_new(fd, &reader), 0);
	do {
		while ((r = et_recording_reader_next(reader, &recorded)) > 0) {
			const struct et_process_exists *exists = recorded.data;

			events += exists->hdr.type == ET_PROCESS_SETSID;
			if (begins && !recorded.index) {
				assert_int_equal(exists->hdr.type, ET_PROCESS_EXISTS);
				assert_true(exists->again);
			}
		}
		if (r == -EAGAIN)
			r = et_recording_reader_fill(reader);
	} while (r > 0);
	assert_int_equal(r, 0);
	et_recording_reader_free(reader);
	return events;
}

/*
 * The records of the processes that an event needs come before the event. They do not make a
 * recording larger than its limit.
 */
static void processes_have_room(void **state)
{
	const struct et_recording_totals totals = { .wire_format = "varlen" };
	struct et_options opts = ET_OPTIONS_INIT;
	size_t events = 0;

	(void)state;
	opts.record_fd = 0;
	opts.context = 1;
	open_pipeline(&opts, -1);
	pipeline.read_process = read_process;
	pipeline.next_file = next_recording;
	pipeline.record_limit.max = 16000;
	assert_int_equal(et_pipeline_set_recorder(&pipeline, new_recording()), 0);
	for (__u32 i = 0; i < 50; i++) {
		struct et_process_setsid *setsid = et_record_begin(&rec, ET_PROCESS_SETSID);

		setsid->pids.tgid = 100 + 2 * i;
		setsid->pids.ppid = 101 + 2 * i;
		assert_int_equal(et_pipeline_record(&pipeline, &rec, et_record_len(&rec)), 0);
	}
	assert_int_equal(et_pipeline_end(&pipeline, &totals, 0), 0);
	ended[file_count - 1] = pipeline.received_total;
	assert_true(file_count > 10);
	for (size_t i = 0; i < file_count; i++) {
		assert_in_range(lseek(files[i], 0, SEEK_END), 1, 16000);
		events += recorded(files[i], i > 0);
		assert_int_equal(events, ended[i]);
	}
	assert_int_equal(events, 50);
}

/* ---- a recording that leaves out events for which it has no room --------------------------- */

/* A sink that takes all bytes, or none while `full` is set. */
struct memory_sink {
	struct et_sink head;
	bool full;
	char *bytes;
	size_t size;
};

static int memory_flush(struct et_sink *sink)
{
	struct memory_sink *self = (struct memory_sink *)sink;
	char *bytes;

	if (self->full)
		return -EAGAIN;
	bytes = realloc(self->bytes, self->size + sink->used);
	assert_non_null(bytes);
	self->bytes = bytes;
	memcpy(self->bytes + self->size, sink->buf, sink->used);
	self->size += sink->used;
	sink->used = 0;
	return 0;
}

/* Free nothing: the test still reads the bytes, and frees them in close_memory(). */
static void memory_free(struct et_sink *sink)
{
	(void)sink;
}

static const struct et_sink_ops memory_ops = {
	.name = "memory",
	.flush = memory_flush,
	.free = memory_free,
};

static void memory_open(struct memory_sink *self)
{
	*self = (struct memory_sink){ .head = { .ops = &memory_ops, .fd = -1 } };
	self->head.cap = et_recording_writer_buffer() + 4096;
	self->head.buf = malloc(self->head.cap);
	assert_non_null(self->head.buf);
}

static enum et_not_recorded_why disk_is_full(void *ctx)
{
	(void)ctx;
	return ET_NOT_RECORDED_DISK;
}

static void put_at(enum et_event_type type, __u64 ts)
{
	struct et_header *hdr = et_record_begin(&rec, type);

	hdr->ts = ts;
	assert_int_equal(et_pipeline_record(&pipeline, &rec, et_record_len(&rec)), 0);
}

static int put_snapshot_process(void)
{
	struct et_process_exists *exists = et_record_begin(&rec, ET_PROCESS_EXISTS);

	exists->again = true;
	return et_pipeline_record(&pipeline, &rec, et_record_len(&rec));
}

/* The contents of a recording in memory, as counts. */
struct found {
	/* lost_segment: sum of the segment numbers in all LOST records */
	__u64 events, lost[ET_EVENT_TYPES], lost_segment;
	__u64 after_ns, before_ns; /* of the first LOST record */
	__u64 records;
};

static struct found read_memory(const struct memory_sink *sink)
{
	struct et_recording_reader *reader = NULL;
	struct found found = { 0 };
	struct et_recorded got;
	int fd = new_file(), r;

	assert_int_equal(write(fd, sink->bytes, sink->size), sink->size);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(et_recording_reader_new(fd, &reader), 0);
	do {
		while ((r = et_recording_reader_next(reader, &got)) > 0) {
			const struct et_lost *lost = got.data;

			found.records++;
			if (lost->hdr.type != ET_LOST) {
				found.events++;
				continue;
			}
			assert_int_equal(lost->lane, -1);
			assert_int_equal(lost->cause, lost->segment ? ET_LOST_CAUSE_SPOOL_FULL
								    : ET_LOST_CAUSE_DISK_FULL);
			if (!found.before_ns) {
				found.after_ns = lost->after_ts_ns;
				found.before_ns = lost->before_ts_ns;
			}
			found.lost[lost->lost_type] += lost->count;
			found.lost_segment += lost->segment;
		}
		if (r == -EAGAIN)
			r = et_recording_reader_fill(reader);
	} while (r > 0);
	assert_int_equal(r, 0);
	et_recording_reader_free(reader);
	return found;
}

static void open_memory(struct memory_sink *sink)
{
	const struct et_recording_about about = {
		.events = 1ULL << ET_PROCESS_SETSID | 1ULL << ET_PROCESS_EXEC, .program = "test"
	};
	struct et_recording_writer *writer = NULL;
	struct et_options opts = ET_OPTIONS_INIT;

	opts.record_fd = 0;
	open_pipeline(&opts, -1);
	pipeline.why_no_room = disk_is_full;
	memory_open(sink);
	assert_int_equal(et_recording_writer_new_on(&sink->head, &about, &writer), 0);
	assert_int_equal(et_pipeline_set_recorder(&pipeline, writer), 0);
}

static void close_memory(struct memory_sink *sink)
{
	et_pipeline_drop_recorder(&pipeline);
	free(sink->head.buf);
	free(sink->bytes);
}

/* Events that find no room are left out, and LOST records report them by type. */
static void recording_without_room(void **state)
{
	const struct et_recording_totals totals = { .wire_format = "varlen" };
	struct memory_sink sink;
	struct found found;
	__u64 recorded;

	(void)state;
	open_memory(&sink);
	put_at(ET_PROCESS_SETSID, 1);
	sink.full = true;
	do {
		recorded = pipeline.seq;
		put_at(ET_PROCESS_SETSID, 2);
	} while (pipeline.seq != recorded);
	put_at(ET_PROCESS_SETSID, 7);
	put_at(ET_PROCESS_EXEC, 6);
	/* A PROCESS_EXISTS record with `again` set is no event, so it is not counted. */
	assert_int_equal(put_snapshot_process(), 0);
	assert_int_equal(pipeline.seq, recorded);
	assert_int_equal(et_not_recorded_total(&pipeline.not_recorded), 3);
	assert_int_equal(et_pipeline_flush(&pipeline), -EAGAIN);

	sink.full = false;
	assert_int_equal(et_pipeline_end(&pipeline, &totals, 0), 0);
	found = read_memory(&sink);
	assert_int_equal(found.events, recorded);
	assert_int_equal(found.lost[ET_PROCESS_SETSID], 2);
	assert_int_equal(found.lost[ET_PROCESS_EXEC], 1);
	assert_int_equal(found.lost_segment, 0);
	assert_int_equal(found.after_ns, 2);
	assert_int_equal(found.before_ns, 7);
	/* Records are numbered without a gap. */
	assert_int_equal(pipeline.seq, found.records);
	assert_int_equal(pipeline.not_recorded.left_out[ET_PROCESS_SETSID], 2);
	assert_int_equal(pipeline.not_recorded.reported[ET_PROCESS_SETSID], 2);
	assert_int_equal(pipeline.not_recorded.reported[ET_PROCESS_EXEC], 1);
	assert_int_equal(pipeline.received[ET_PROCESS_SETSID], recorded + 2);
	assert_int_equal(pipeline.not_recorded.counted[ET_NOT_RECORDED_DISK][ET_PROCESS_SETSID], 2);
	assert_int_equal(et_not_recorded_total(&pipeline.not_recorded), 3);
	close_memory(&sink);
}

static void dropped_segment(void **state)
{
	const struct et_recording_totals totals = { .wire_format = "varlen" };
	const __u64 counts[ET_EVENT_TYPES] = { 2, [ET_PROCESS_EXEC] = 5, [ET_FILE_MODIFY] = 7 };
	const __u64 lost[ET_EVENT_TYPES] = { 2, [ET_FILE_MODIFY] = 3 };
	struct memory_sink sink;
	struct found found;

	(void)state;
	open_memory(&sink);
	put_at(ET_PROCESS_SETSID, 1);
	et_not_recorded_add_segment(&pipeline.not_recorded, 41, counts, lost, 9);
	assert_true(et_not_recorded_has_segment(&pipeline.not_recorded));
	assert_int_equal(et_pipeline_report_not_recorded(&pipeline), 0);
	assert_false(et_not_recorded_has_segment(&pipeline.not_recorded));
	assert_int_equal(et_pipeline_end(&pipeline, &totals, 0), 0);
	found = read_memory(&sink);
	assert_int_equal(found.events, 1);
	assert_int_equal(found.lost[0], 2);
	assert_int_equal(found.lost[ET_PROCESS_EXEC], 5);
	assert_int_equal(found.lost[ET_FILE_MODIFY], 7);
	assert_int_equal(found.lost_segment, 3 * 41);
	/* Events that the segment had reported as lost were counted before. */
	assert_int_equal(et_not_recorded_total(&pipeline.not_recorded), 9);
	assert_int_equal(pipeline.not_recorded.counted[ET_NOT_RECORDED_SEGMENT][ET_PROCESS_EXEC],
			 5);
	close_memory(&sink);
}

/*
 * Each cause from ET_LOST_CAUSES on, which the BPF programs do not count, is counted by the
 * pipeline.
 */
static void every_cause_is_counted(void **state)
{
	static const struct {
		unsigned int number;
		const char *name, *of;
	} values[] = {
#define ET_ENUM_VALUE(ENUM, enum_, number, NAME, doc) { number, #NAME, #enum_ },
#include "lib/wire/schema.def"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		unsigned int why = 0;

		if (strcmp(values[i].of, "lost_cause") != 0 || values[i].number < ET_LOST_CAUSES)
			continue;
		while (why < ET_NOT_RECORDED_WHYS && et_not_recorded_cause(why) != values[i].number)
			why++;
		if (why == ET_NOT_RECORDED_WHYS)
			fail_msg("no account has the cause %s", values[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(lines_for_caller, close_files),
		cmocka_unit_test_teardown(begins_each_file, close_files),
		cmocka_unit_test_teardown(without_events, close_files),
		cmocka_unit_test_teardown(only_if_chosen, close_files),
		cmocka_unit_test_teardown(rotated, close_files),
		cmocka_unit_test_teardown(rotated_compressed, close_files),
		cmocka_unit_test_teardown(bulk, close_files),
		cmocka_unit_test_teardown(trace, close_files),
		cmocka_unit_test(formats_with_context),
		cmocka_unit_test_teardown(processes_have_room, close_files),
		cmocka_unit_test_teardown(recording_without_room, close_files),
		cmocka_unit_test_teardown(dropped_segment, close_files),
		cmocka_unit_test(every_cause_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
