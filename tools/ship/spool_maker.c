/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/spool_maker.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/decode/record_builder.h"
#include "lib/recording/writer.h"
#include "lib/segments/folder.h"
#include "lib/wire/schema.h"

/* CLOCK_REALTIME - CLOCK_MONOTONIC, in ns, of a host that booted on 2026-01-01 at 00:00 UTC. */
#define CLOCK_OFFSET 1767225600000000000ULL

static struct et_record rec;

void spool_maker_init(struct spool_maker *maker)
{
	const char *tmp = getenv("TEST_TMPDIR");

	*maker = (struct spool_maker){ .fd = -1 };
	snprintf(maker->folder, sizeof(maker->folder), "%s/spool.XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(maker->folder));
	spool_maker_session(maker, 'a');
}

void spool_maker_session(struct spool_maker *maker, char letter)
{
	static const struct {
		const char *host, *boot_id, *session;
	} names[] = {
		{ "host-a", "00000000-0000-4000-8000-00000000000a",
		  "11111111-1111-4111-8111-11111111111a" },
		{ "host-b", "00000000-0000-4000-8000-00000000000b",
		  "11111111-1111-4111-8111-11111111111b" },
	};
	const size_t i = (size_t)(letter - 'a');

	assert_true(i < sizeof(names) / sizeof(*names));
	maker->host = names[i].host;
	maker->boot_id = names[i].boot_id;
	maker->session = names[i].session;
	maker->seq = 0;
}

size_t spool_maker_segments_left(const struct spool_maker *maker)
{
	int fd = open(maker->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	__u64 *numbers = NULL;
	size_t count = 0;

	assert_int_equal(et_segment_list(fd, &numbers, &count), 0);
	free(numbers);
	close(fd);
	return count;
}

const char *spool_maker_path(const struct spool_maker *maker, uint64_t number)
{
	static char path[512];
	char name[ET_SEGMENT_NAME_SIZE];

	et_segment_name(number, name);
	snprintf(path, sizeof(path), "%s/%s", maker->folder, name);
	return path;
}

void spool_maker_begin(struct spool_maker *maker)
{
	struct et_recording_about about = {
		.events = 1ULL << ET_PROCESS_SETSID | 1ULL << ET_PROCESS_EXEC,
		.clock_offset = CLOCK_OFFSET,
		.cpus_possible = 1,
		.program = "spool_maker",
		.origin = { .first_seq = maker->seq, .segment = maker->number + 1 },
	};
	char final[512], new[520];

	assert_int_equal(maker->fd, -1);
	snprintf(about.origin.host, sizeof(about.origin.host), "%s", maker->host);
	snprintf(about.origin.boot_id, sizeof(about.origin.boot_id), "%s", maker->boot_id);
	snprintf(about.origin.session, sizeof(about.origin.session), "%s", maker->session);
	snprintf(final, sizeof(final), "%s", spool_maker_path(maker, ++maker->number));
	snprintf(new, sizeof(new), "%s.new", final);
	maker->fd = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	assert_true(maker->fd >= 0);
	assert_int_equal(flock(maker->fd, LOCK_EX), 0);
	assert_int_equal(et_recording_writer_new(maker->fd, &about, &maker->writer), 0);
	assert_int_equal(et_recording_writer_flush(maker->writer), 0);
	assert_int_equal(rename(new, final), 0);
	maker->events = 0;
	maker->large = 0;
}

/* Append the record, which is an event's. */
static void add_record(struct spool_maker *maker)
{
	rec.hdr.ts = 1000000000 + 1000 * maker->seq;
	rec.hdr.seq = maker->seq;
	assert_int_equal(et_recording_writer_add(maker->writer, rec.bytes, et_record_len(&rec),
						 CLOCK_OFFSET),
			 0);
	maker->seq++;
	maker->events++;
}

void spool_maker_append(struct spool_maker *maker, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++) {
		struct et_process_setsid *setsid = et_record_begin(&rec, ET_PROCESS_SETSID);

		setsid->pids.sid = (__u32)maker->seq;
		add_record(maker);
	}
	assert_int_equal(et_recording_writer_flush(maker->writer), 0);
}

void spool_maker_append_large(struct spool_maker *maker, size_t size)
{
	static char text[8001];

	assert_in_range(size, 1, sizeof(text) - 1);
	memset(text, 'x', size);
	text[size] = '\0';
	et_record_begin(&rec, ET_PROCESS_EXEC);
	et_record_var(&rec, ET_VAR_ARGV, text, size + 1);
	add_record(maker);
	maker->large++;
	assert_int_equal(et_recording_writer_flush(maker->writer), 0);
}

void spool_maker_abandon(struct spool_maker *maker)
{
	et_recording_writer_free(maker->writer);
	maker->writer = NULL;
	close(maker->fd);
	maker->fd = -1;
}

void spool_maker_end(struct spool_maker *maker)
{
	const uint64_t small = maker->events - maker->large;
	const struct et_file_account accounts[] = {
		{ .id = ET_PROCESS_SETSID, .attempted = small, .sent = small },
		{ .id = ET_PROCESS_EXEC, .attempted = maker->large, .sent = maker->large },
	};
	const struct et_recording_totals totals = {
		.wire_format = "varlen", .accounted = true, .accounts = accounts, .count = 2
	};

	assert_int_equal(et_recording_writer_end(maker->writer, &totals), 0);
	spool_maker_abandon(maker);
}

void spool_maker_segment(struct spool_maker *maker, uint64_t count)
{
	spool_maker_begin(maker);
	spool_maker_append(maker, count);
	spool_maker_end(maker);
}

void spool_maker_remove(struct spool_maker *maker)
{
	DIR *dir = opendir(maker->folder);
	const struct dirent *entry;

	if (!dir) {
		fail_msg("cannot open %s", maker->folder);
		return;
	}
	while ((entry = readdir(dir))) {
		char path[600];

		if (entry->d_type == DT_DIR)
			continue;
		snprintf(path, sizeof(path), "%s/%s", maker->folder, entry->d_name);
		assert_int_equal(unlink(path), 0);
	}
	closedir(dir);
	assert_int_equal(rmdir(maker->folder), 0);
}
