/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests the context that on_event gets in a replay. A session has the same pipeline, so its events
 * have the same context.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/decode/record_builder.h"
#include "lib/include/eventstrace.h"
#include "lib/recording/writer.h"
#include "lib/sink/memory_file.h"

#define EVENTS                                                                           \
	(1ULL << ET_PROCESS_EXISTS | 1ULL << ET_PROCESS_FORK | 1ULL << ET_PROCESS_EXEC | \
	 1ULL << ET_PROCESS_EXIT)

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static struct et_record rec;

static struct et_pids pids_of(__u32 tgid, __u32 ppid)
{
	return (struct et_pids){
		.tid = tgid,
		.tgid = tgid,
		.ppid = ppid,
		.start_time_ns = tgid * 1000000000ULL,
		.start_boottime_ns = tgid * 1000000000ULL,
	};
}

static void add(struct et_recording_writer *w)
{
	rec.hdr.ts = 60000000000;
	assert_int_equal(et_recording_writer_add(w, rec.bytes, et_record_len(&rec), 5), 0);
}

/* Make a recording: init runs, a shell in a container runs and forks, and the child executes ls. */
static int make_recording(void)
{
	static const struct et_recording_name names[] = {
		{ ET_FILE_NAME_USER, 7, 1, "ada" },
		{ ET_FILE_NAME_GROUP, 8, 1, "staff" },
		{ ET_FILE_NAME_USER, 9, 1, "bob" },
	};
	const struct et_recording_about about = {
		.events = EVENTS,
		.program = "test",
		.origin = { .boot_id = "b00", .flags = ET_FILE_HAS_NAMES },
	};
	const struct et_recording_totals totals = { .wire_format = "varlen" };
	const struct et_creds creds = { .ruid = 7, .rgid = 8 };
	static const char cgroup[] =
		"/kubepods.slice/kubepods-pod1a_2b.slice/cri-containerd-" ID ".scope";
	struct et_recording_writer *w = NULL;
	int fd = memory_file_new();
	struct et_process_exists *exists;
	struct et_process_fork *fork;
	struct et_process_exec *exec;

	assert_int_equal(et_recording_writer_new(fd, &about, &w), 0);
	assert_int_equal(et_recording_writer_add_names(w, names, 3), 0);
	exists = et_record_begin(&rec, ET_PROCESS_EXISTS);
	exists->pids = pids_of(1, 0);
	exists->loginuid = 0xffffffff;
	memcpy(exists->comm, "init", 4);
	add(w);
	exists = et_record_begin(&rec, ET_PROCESS_EXISTS);
	exists->pids = pids_of(20, 1);
	exists->creds = creds;
	exists->loginuid = 9;
	memcpy(exists->comm, "0123456789abcdef", 16);
	et_record_var(&rec, ET_VAR_ARGV, "sh\0-c\0", 6);
	et_record_var_str(&rec, ET_VAR_FILENAME, "/bin/sh");
	et_record_var_str(&rec, ET_VAR_CGROUP_PATH, cgroup);
	add(w);
	fork = et_record_begin(&rec, ET_PROCESS_FORK);
	fork->parent_pids = pids_of(20, 1);
	fork->child_pids = pids_of(30, 20);
	fork->creds = creds;
	et_record_var_str(&rec, ET_VAR_CGROUP_PATH, cgroup);
	add(w);
	exec = et_record_begin(&rec, ET_PROCESS_EXEC);
	exec->pids = pids_of(30, 20);
	exec->creds = creds;
	memcpy(exec->comm, "ls", 2);
	et_record_var(&rec, ET_VAR_ARGV, "ls\0-l\0", 6);
	et_record_var_str(&rec, ET_VAR_FILENAME, "/bin/ls");
	et_record_var_str(&rec, ET_VAR_CGROUP_PATH, cgroup);
	add(w);
	assert_int_equal(et_recording_writer_end(w, &totals), 0);
	et_recording_writer_free(w);
	lseek(fd, 0, SEEK_SET);
	return fd;
}

static void is_text(const char *text, size_t size, const char *expected)
{
	assert_non_null(text);
	assert_int_equal(size, strlen(expected));
	assert_memory_equal(text, expected, size);
}

static void check_processes(const struct et_event *event)
{
	struct et_process_info info = ET_PROCESS_INFO_INIT;
	const char *args, *arg;
	size_t left, size;

	assert_int_equal(et_event__process(event, 0, &info), 0);
	assert_int_equal(info.tgid, 30);
	assert_memory_equal(info.comm, "ls", 3);
	is_text(info.executable, info.executable_size, "/bin/ls");
	args = info.args;
	left = info.args_size;
	arg = et_strings__next(&args, &left, &size);
	is_text(arg, size, "ls");
	arg = et_strings__next(&args, &left, &size);
	is_text(arg, size, "-l");
	assert_int_equal(info.args_truncated, 0);
	assert_int_equal(info.start_ns, 30000000005);
	assert_string_equal(info.entity_id, "b00-30-3000");
	assert_int_equal(info.stale, 0);
	assert_int_equal(et_event__process(event, 1, &info), 0);
	assert_int_equal(info.tgid, 20);
	assert_memory_equal(info.comm, "0123456789abcdef", 16);
	is_text(info.executable, info.executable_size, "/bin/sh");
	assert_int_equal(et_event__process(event, 2, &info), 0);
	assert_int_equal(info.tgid, 1);
	assert_null(info.executable);
	assert_int_equal(et_event__process(event, 3, &info), -ENOENT);
	assert_int_equal(info.tgid, 1);
}

static void check_context(const struct et_event *event)
{
	struct et_context_info info = ET_CONTEXT_INFO_INIT;

	assert_int_equal(et_event__context(event, &info), 0);
	assert_string_equal(info.user, "ada");
	assert_string_equal(info.group, "staff");
	assert_int_equal(info.login_uid, 9);
	assert_string_equal(info.login_user, "bob");
	is_text(info.container_id, info.container_id_size, ID);
	assert_string_equal(info.container_runtime, "containerd");
	assert_string_equal(info.pod_uid, "1a-2b");
}

/*
 * A caller that was compiled with an older eventstrace.h has a smaller struct. The functions write
 * nothing after the end of its struct.
 */
static void check_sizes(const struct et_event *event)
{
	struct et_process_info info = ET_PROCESS_INFO_INIT;
	struct et_context_info context = ET_CONTEXT_INFO_INIT;

	info.sz = offsetof(struct et_process_info, stale);
	info.stale = 77;
	assert_int_equal(et_event__process(event, 0, &info), 0);
	assert_int_equal(info.tgid, 30);
	assert_int_equal(info.stale, 77);
	context.sz = offsetof(struct et_context_info, group);
	context.group = "untouched";
	assert_int_equal(et_event__context(event, &context), 0);
	assert_string_equal(context.user, "ada");
	assert_string_equal(context.group, "untouched");
	info.sz = context.sz = 0;
	assert_int_equal(et_event__process(event, 0, &info), -EINVAL);
	assert_int_equal(et_event__context(event, &context), -EINVAL);
}

struct caller {
	bool has_context;
	unsigned int execs;
};

static void on_event(void *ctx, const struct et_event *event)
{
	struct caller *caller = ctx;
	struct et_process_info info = ET_PROCESS_INFO_INIT;
	struct et_context_info context = ET_CONTEXT_INFO_INIT;
	struct et_event *copy = NULL;

	if (et_event__id(event) != ET_EVENT_PROCESS_EXEC)
		return;
	caller->execs++;
	if (caller->has_context) {
		check_processes(event);
		check_context(event);
		check_sizes(event);
		assert_int_equal(et_event__copy(event, &copy), 0);
		event = copy;
	}
	assert_int_equal(et_event__process(event, 0, &info), -ENOENT);
	assert_int_equal(et_event__context(event, &context), -ENOENT);
	et_event__free(copy);
}

static void replay(bool has_context)
{
	struct caller caller = { .has_context = has_context };
	struct et_options opts = ET_OPTIONS_INIT;
	struct et_replay *r = NULL;
	int fd = make_recording(), result;

	opts.events = EVENTS;
	opts.on_event = on_event;
	opts.on_event_ctx = &caller;
	opts.context = has_context;
	assert_int_equal(et_replay__open(&opts, fd, &r, NULL), 0);
	do
		result = et_replay__step(r);
	while (result > 0);
	assert_int_equal(result, 0);
	assert_int_equal(caller.execs, 1);
	et_replay__close(r);
	close(fd);
}

static void with_context(void **state)
{
	(void)state;
	replay(true);
}

static void without_context(void **state)
{
	(void)state;
	replay(false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(with_context),
		cmocka_unit_test(without_context),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
