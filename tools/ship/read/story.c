/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/read/story.h"

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
#include "lib/recording/writer.h"
#include "lib/segments/folder.h"
#include "lib/wire/schema.h"
#include "tools/ship/recording_bytes.h"

#define SECOND_NS 1000000000ULL

/* CLOCK_REALTIME - CLOCK_MONOTONIC of hosts that booted on 2026-01-01 at 00:00 UTC. */
#define CLOCK_OFFSET (1767225600 * SECOND_NS)

#define EVENTS                                                                           \
	(1ULL << ET_PROCESS_EXISTS | 1ULL << ET_PROCESS_FORK | 1ULL << ET_PROCESS_EXEC | \
	 1ULL << ET_PROCESS_EXIT | 1ULL << ET_FILE_CREATE | 1ULL << ET_FILE_DELETE)

static struct et_record rec;
static struct et_recording_writer *writer;
static uint64_t second; /* of the next event */

static void add(void)
{
	rec.hdr.ts = second++ * SECOND_NS;
	assert_int_equal(
		et_recording_writer_add(writer, rec.bytes, et_record_len(&rec), CLOCK_OFFSET), 0);
}

static struct et_pids pids_of(__u32 tgid, __u32 ppid)
{
	return (struct et_pids){
		.tid = tgid,
		.tgid = tgid,
		.ppid = ppid,
		.start_time_ns = tgid * SECOND_NS,
		.start_boottime_ns = tgid * SECOND_NS,
	};
}

static struct et_creds creds_of(__u32 uid)
{
	return (struct et_creds){ .ruid = uid, .euid = uid, .suid = uid };
}

static void add_exists(__u32 tgid, bool again)
{
	struct et_process_exists *e = et_record_begin(&rec, ET_PROCESS_EXISTS);

	e->pids = pids_of(tgid, 0);
	e->again = again;
	memcpy(e->comm, "init", sizeof("init"));
	et_record_var_str(&rec, ET_VAR_CGROUP_PATH, "/init.scope");
	add();
}

static void add_fork(__u32 grandparent, __u32 parent, __u32 child, __u32 uid)
{
	struct et_process_fork *e = et_record_begin(&rec, ET_PROCESS_FORK);

	e->parent_pids = pids_of(parent, grandparent);
	e->child_pids = pids_of(child, parent);
	e->creds = creds_of(uid);
	memcpy(e->comm, "init", sizeof("init"));
	et_record_var_str(&rec, ET_VAR_CGROUP_PATH, "/user.slice");
	add();
}

static void add_exec(__u32 tgid, __u32 ppid, __u32 uid, const char *comm)
{
	struct et_process_exec *e = et_record_begin(&rec, ET_PROCESS_EXEC);
	char path[32];

	e->pids = pids_of(tgid, ppid);
	e->creds = creds_of(uid);
	memcpy(e->comm, comm, strlen(comm));
	et_record_var(&rec, ET_VAR_ARGV, "run\0--secret", sizeof("run\0--secret"));
	et_record_var_str(&rec, ET_VAR_CGROUP_PATH, uid ? "/user.slice" : "/system.slice");
	snprintf(path, sizeof(path), "/usr/bin/%s", comm);
	et_record_var_str(&rec, ET_VAR_FILENAME, path);
	add();
}

static void add_exit(__u32 tgid, __u32 uid, const char *comm, int status, unsigned int signal)
{
	struct et_process_exit *e = et_record_begin(&rec, ET_PROCESS_EXIT);

	e->pids = pids_of(tgid, 1);
	e->creds = creds_of(uid);
	memcpy(e->comm, comm, strlen(comm));
	e->exit_code = status;
	e->exit_signal = (__u8)signal;
	et_record_var_str(&rec, ET_VAR_CGROUP_PATH, uid ? "/user.slice" : "/system.slice");
	add();
}

static void add_create(__u32 tgid, __u32 uid, const char *path)
{
	struct et_file_create *e = et_record_begin(&rec, ET_FILE_CREATE);

	e->pids = pids_of(tgid, 100);
	e->creds = creds_of(uid);
	memcpy(e->comm, "ls", sizeof("ls"));
	et_record_var_str(&rec, ET_VAR_PATH, path);
	et_record_var_str(&rec, ET_VAR_CGROUP_PATH, "/user.slice/a");
	add();
}

static void add_delete(__u32 tgid, const char *path)
{
	struct et_file_delete *e = et_record_begin(&rec, ET_FILE_DELETE);

	e->pids = pids_of(tgid, 1);
	memcpy(e->comm, "bash", sizeof("bash"));
	et_record_var_str(&rec, ET_VAR_PATH, path);
	et_record_var_str(&rec, ET_VAR_CGROUP_PATH, "/system.slice");
	add();
}

static void add_lost(void)
{
	const struct et_lost lost = {
		.hdr = { .ts = second++ * SECOND_NS,
			 .size = sizeof(lost),
			 .type = ET_LOST,
			 .version = ET_WIRE_VERSION,
			 .format = ET_FORMAT_VARLEN,
			 .ring = ET_RING_BULK,
			 .fixed = sizeof(lost) },
		.count = 5,
		.ring = ET_RING_BULK,
		.uid = -1,
	};

	assert_int_equal(et_recording_writer_add(writer, &lost, sizeof(lost), CLOCK_OFFSET), 0);
}

/* The user 1000 has a name that the host of the test does not know. */
static void add_names(void)
{
	const struct et_recording_name name = {
		.kind = ET_FILE_NAME_USER,
		.id = 1000,
		.version = 1,
		.name = "storyteller",
	};

	assert_int_equal(et_recording_writer_add_names(writer, &name, 1), 0);
}

static void first_part(__u32 init)
{
	add_exists(init, false);
	/* Rings differ in their delay: this event comes before those that name the ancestors. */
	add_create(101, 1000, "/tmp/x");
	add_fork(0, init, 100, 0);
	add_exec(100, init, 1000, "sh");
	add_fork(init, 100, 101, 1000);
	add_exec(101, 100, 1000, "ls");
	add_exit(101, 1000, "ls", 0, 0);
}

static void second_part(__u32 init)
{
	add_exists(init, true);
	add_lost();
	add_exit(100, 1000, "sh", 3, 0);
	add_fork(0, init, 200, 0);
	add_exec(200, init, 0, "bash");
	add_delete(200, "/etc/x");
	add_exec(200, init, 0, "daemon");
	add_exit(200, 0, "daemon", 0, 9);
}

/* Write a recording of a host with the records that @add_records adds. */
static void write_recording(const char *path, char letter, unsigned int part,
			    void (*add_records)(__u32 init))
{
	static const struct et_recording_totals totals = { .wire_format = "varlen",
							   .accounted = true };
	struct et_recording_about about = {
		.events = EVENTS,
		.clock_offset = CLOCK_OFFSET,
		.cpus_possible = 1,
		.program = "story",
		.origin = { .segment = part,
			    .first_seq = part == 1 ? 0 : 7,
			    .flags = ET_FILE_HAS_NAMES,
			    .session = "11111111-1111-4111-8111-111111111111" },
	};
	const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);

	assert_true(fd >= 0);
	snprintf(about.origin.host, sizeof(about.origin.host), "host-%c", letter);
	snprintf(about.origin.boot_id, sizeof(about.origin.boot_id), "boot-%c", letter);
	assert_int_equal(et_recording_writer_new(fd, &about, &writer), 0);
	second = part == 1 ? 1000 : 1007;
	add_names();
	add_records(letter == 'a' ? 1 : 7);
	assert_int_equal(et_recording_writer_end(writer, &totals), 0);
	et_recording_writer_free(writer);
	close(fd);
}

void story_write(const char *path, char letter, unsigned int part)
{
	write_recording(path, letter, part, part == 1 ? first_part : second_part);
}

static void malformed_part(__u32 init)
{
	/* An exec without its fields. */
	const struct et_header cut = {
		.ts = second++ * SECOND_NS,
		.size = sizeof(cut),
		.type = ET_PROCESS_EXEC,
		.version = ET_WIRE_VERSION,
		.format = ET_FORMAT_VARLEN,
		.fixed = sizeof(cut),
	};

	assert_int_equal(et_recording_writer_add(writer, &cut, sizeof(cut), CLOCK_OFFSET), 0);
	add_exit(init, 0, "init", 0, 0);
}

size_t story_malformed(char *to, size_t room)
{
	const char *tmp = getenv("TEST_TMPDIR");
	char path[512];
	size_t size;

	snprintf(path, sizeof(path), "%s/malformed", tmp ? tmp : "/tmp");
	write_recording(path, 'a', 1, malformed_part);
	size = recording_bytes_read(path, to, room);
	assert_int_equal(unlink(path), 0);
	return size;
}

static void segment_path(const char *folder, unsigned int part, char *ret, size_t size)
{
	char name[ET_SEGMENT_NAME_SIZE];

	et_segment_name(part, name);
	snprintf(ret, size, "%s/%s", folder, name);
}

void story_folder(char *path, unsigned int size)
{
	const char *tmp = getenv("TEST_TMPDIR");
	char file[600];

	snprintf(path, size, "%s/story.XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(path));
	for (unsigned int part = 1; part <= STORY_PARTS; part++) {
		segment_path(path, part, file, sizeof(file));
		story_write(file, 'a', part);
	}
}

void story_remove(const char *path)
{
	char file[600];

	for (unsigned int part = 1; part <= STORY_PARTS; part++) {
		segment_path(path, part, file, sizeof(file));
		assert_int_equal(unlink(file), 0);
	}
	assert_int_equal(rmdir(path), 0);
}
