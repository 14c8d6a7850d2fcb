/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests that a replay prints the names of users and groups that the recording's host had at the
 * time of each event. The host of the replay has other names. The files of both hosts come through
 * pipes.
 */
#define _GNU_SOURCE
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
#include "lib/pipeline/pipeline.h"
#include "lib/recording/writer.h"
#include "lib/sink/memory_file.h"

#define SECOND_NS 1000000000ULL

#define EVENTS                                                                               \
	(1ULL << ET_PROCESS_EXISTS | 1ULL << ET_PROCESS_EXEC | 1ULL << ET_PROCESS_SETUID |   \
	 1ULL << ET_PROCESS_SETGID | 1ULL << ET_FILE_MODIFY | 1ULL << ET_PROCESS_TTY_WRITE | \
	 1ULL << ET_PROCESS_FORK | 1ULL << ET_PROCESS_EXIT)

static struct et_record rec;
static struct et_pipeline pipeline;

/* The files of a host, each as a pipe of et_options.users_fd. */
struct host {
	int users[2], groups[2];
};

static void send_file(int fd, const char *text)
{
	const __u32 size = (__u32)strlen(text);

	assert_int_equal(write(fd, &size, sizeof(size)), sizeof(size));
	assert_int_equal(write(fd, text, size), size);
}

/*
 * Make a file of users or groups with 300 lines. The name of number 7 is "u7" if @letter is u.
 * Valid until the next call.
 */
static const char *list(char letter)
{
	static char text[8192];
	size_t used = 0;

	for (int i = 0; i < 300; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%c%d:x:%d:\n", letter,
					 i, i);
	return text;
}

static struct host new_host(char user, char group)
{
	struct host host;

	assert_int_equal(pipe2(host.users, O_CLOEXEC | O_NONBLOCK), 0);
	assert_int_equal(pipe2(host.groups, O_CLOEXEC | O_NONBLOCK), 0);
	send_file(host.users[1], list(user));
	send_file(host.groups[1], list(group));
	return host;
}

static void close_host(const struct host *host)
{
	for (int i = 0; i < 2; i++) {
		close(host->users[i]);
		close(host->groups[i]);
	}
}

static void put(__u64 second)
{
	rec.hdr.ts = second * SECOND_NS;
	assert_int_equal(et_pipeline_record(&pipeline, &rec, et_record_len(&rec)), 0);
}

static struct et_pids pids_of(__u32 tgid)
{
	return (struct et_pids){
		.tid = tgid,
		.tgid = tgid,
		.ppid = 1,
		.start_time_ns = SECOND_NS,
		.start_boottime_ns = SECOND_NS,
	};
}

static void put_exists(__u64 second, __u32 tgid, __u32 uid)
{
	struct et_process_exists *e = et_record_begin(&rec, ET_PROCESS_EXISTS);

	e->pids = pids_of(tgid);
	e->creds = (struct et_creds){
		.ruid = uid,
		.rgid = uid + 1,
		.euid = uid + 2,
		.egid = uid + 3,
		.suid = uid + 4,
		.sgid = uid + 5,
	};
	e->loginuid = uid + 6;
	put(second);
}

/* Put an event whose record has no group. A context has the group of the process. */
static void put_tty_write(__u64 second, __u32 tgid, __u32 uid)
{
	struct et_process_tty_write *e = et_record_begin(&rec, ET_PROCESS_TTY_WRITE);

	e->pids = pids_of(tgid);
	e->ruid = uid;
	put(second);
}

static void put_setuid(__u64 second, __u32 uid)
{
	struct et_process_setuid *e = et_record_begin(&rec, ET_PROCESS_SETUID);

	e->pids = pids_of(90);
	e->new_ruid = uid;
	e->new_euid = uid + 1;
	e->new_suid = uid + 2;
	e->new_fsuid = uid + 3;
	e->old_ruid = uid + 4;
	e->old_euid = uid + 5;
	e->old_suid = uid + 6;
	e->old_fsuid = uid + 7;
	put(second);
}

static void put_owner(__u64 second, __u32 uid)
{
	struct et_file_modify *e = et_record_begin(&rec, ET_FILE_MODIFY);

	e->pids = pids_of(91);
	e->change_type = ET_CHANGE_TYPE_OWNER;
	e->file_info.uid = uid;
	et_record_var_str(&rec, ET_VAR_PATH, "/a");
	put(second);
}

static struct et_recording_writer *new_recording(int fd)
{
	const struct et_recording_about about = {
		.events = EVENTS,
		.program = "test",
		.origin = { .host = "far", .boot_id = "b", .flags = ET_FILE_HAS_NAMES },
	};
	struct et_recording_writer *writer = NULL;

	assert_int_equal(et_recording_writer_new(fd, &about, &writer), 0);
	return writer;
}

static void begin(struct et_options *opts, const struct host *host, int output)
{
	opts->events = EVENTS;
	opts->output_fd = output;
	opts->users_fd = host->users[0];
	opts->groups_fd = host->groups[0];
}

static void open_live(struct et_options *opts, int recording)
{
	struct et_enricher *clock = NULL;
	struct et_error err;

	memset(&pipeline, 0, sizeof(pipeline));
	assert_int_equal(et_clock_enricher_new(&clock), 0);
	opts->record_fd = recording;
	assert_int_equal(et_pipeline_open(&pipeline, opts, clock, &err), 0);
	et_pipeline_set_host(&pipeline, "far", "b");
	assert_int_equal(et_pipeline_set_recorder(&pipeline, new_recording(recording)), 0);
	opts->record_fd = -1;
}

/* The output of a replay on a host whose users and groups have other names. */
static char *replay(struct et_options *opts, int recording)
{
	struct host host = new_host('Z', 'Z');
	struct et_replay *r = NULL;
	struct et_error err = { .kind = ET_ERROR_NONE };
	int output = memory_file_new(), result;
	char *text;

	begin(opts, &host, output);
	lseek(recording, 0, SEEK_SET);
	assert_int_equal(et_replay__open(opts, recording, &r, &err), 0);
	do
		result = et_replay__step(r);
	while (result > 0);
	assert_int_equal(result, 0);
	et_replay__close(r);
	text = memory_file_text(output, NULL);
	close(output);
	close_host(&host);
	return text;
}

static const struct et_recording_totals totals = { .wire_format = "varlen" };

static void same_in(const char *format, bool context)
{
	struct et_options opts = ET_OPTIONS_INIT;
	struct host host = new_host('u', 'g');
	int output = memory_file_new(), recording = memory_file_new();
	char *live, *again;

	opts.format = format;
	opts.context = context;
	begin(&opts, &host, output);
	open_live(&opts, recording);
	put_exists(10, 7, 10);
	put_setuid(10, 20);
	put_owner(10, 30);
	put_tty_write(10, 7, 10);
	/* User 400 has no name at first, and gets one later. */
	put_tty_write(11, 8, 400);
	send_file(host.users[1], "later:x:400:\nrenamed:x:10:\n");
	send_file(host.groups[1], "other:x:11:\n");
	put_tty_write(14, 8, 400);
	put_tty_write(14, 7, 10);
	/* These users have no name any more. */
	put_owner(14, 30);
	put_exists(14, 9, 100);
	assert_int_equal(et_pipeline_end(&pipeline, &totals, 0), 0);
	et_pipeline_close(&pipeline);
	live = memory_file_text(output, NULL);
	again = replay(&opts, recording);
	assert_string_equal(again, live);
	/*
	 * Both outputs could lack all names. So check that the output has the names from before and
	 * after the change.
	 */
	if (context || !strcmp(format, "text"))
		assert_non_null(strstr(live, "u10"));
	if (!strcmp(format, "text")) {
		assert_non_null(strstr(live, "later"));
		assert_non_null(strstr(live, "renamed"));
	}
	if (context && !strcmp(format, "json")) {
		assert_non_null(strstr(live, "\"group\":\"g11\""));
		assert_non_null(strstr(live, "\"group\":\"other\""));
		assert_non_null(strstr(live, "\"login_user\":\"u16\""));
	}
	free(live);
	free(again);
	close(output);
	close(recording);
	close_host(&host);
}

static void same_bytes(void **state)
{
	(void)state;
	same_in("text", false);
	same_in("json", true);
	same_in("ecs", true);
	same_in("es-bulk", true);
	same_in("json", false);
}

/*
 * A rotation begins a new file, which has all names that it needs: those of its events, and those
 * of processes that ran before.
 */
static void each_file_alone(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;
	struct host host = new_host('u', 'g');
	int output = memory_file_new(), first = memory_file_new(), second = memory_file_new();
	char *text;

	(void)state;
	opts.format = "json";
	opts.context = 1;
	begin(&opts, &host, output);
	open_live(&opts, first);
	put_exists(10, 7, 10);
	assert_int_equal(et_pipeline_flush(&pipeline), 0);
	assert_int_equal(et_pipeline_next_recorder(&pipeline, &totals, new_recording(second), 0),
			 0);
	put_tty_write(11, 7, 10);
	assert_int_equal(et_pipeline_end(&pipeline, &totals, 0), 0);
	et_pipeline_close(&pipeline);
	text = replay(&opts, second);
	assert_non_null(strstr(text, "PROCESS_TTY_WRITE"));
	assert_non_null(strstr(text, "\"user\":\"u10\",\"group\":\"g11\""));
	free(text);
	close(first);
	close(second);
	close(output);
	close_host(&host);
}

/* If a recording has no names, such as an old one, the replay prints those of its own host. */
static void without_names(void **state)
{
	const struct et_recording_about about = { .events = EVENTS, .program = "test" };
	struct et_recording_writer *w = NULL;
	struct et_options opts = ET_OPTIONS_INIT;
	struct et_process_tty_write *e;
	int recording = memory_file_new();
	char *text;

	(void)state;
	assert_int_equal(et_recording_writer_new(recording, &about, &w), 0);
	e = et_record_begin(&rec, ET_PROCESS_TTY_WRITE);
	e->ruid = 10;
	assert_int_equal(et_recording_writer_add(w, &rec, et_record_len(&rec), 0), 0);
	assert_int_equal(et_recording_writer_end(w, &totals), 0);
	et_recording_writer_free(w);
	opts.format = "text";
	opts.columns = "user,what";
	text = replay(&opts, recording);
	assert_non_null(strstr(text, "Z10"));
	free(text);
	close(recording);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_bytes),
		cmocka_unit_test(each_file_alone),
		cmocka_unit_test(without_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
