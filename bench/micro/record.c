/* SPDX-License-Identifier: BSD-2-Clause */
#include <linux/types.h>

#include "bench/micro/micro.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/micro/records.h"
#include "bench/shim/shim.h"
#include "lib/include/eventstrace.h"
#include "lib/recording/writer.h"

#define BATCH 16

/* Bytes of a recording: as many as a ring of 4 MiB. */
#define RECORDING (4UL * 1024 * 1024)

static const struct et_recording_about about = {
	.events = (1ULL << ET_EVENT_TYPES) - 1,
	.cpus_possible = 2,
	.program = "micro",
};

/* Writes records to a recording in /dev/null, including their checksums. */
static void record_null(struct et_bench *b, const void *arg)
{
	const struct et_micro_record *r = arg;
	struct et_recording_writer *writer = NULL;
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || et_recording_writer_new(fd, &about, &writer) < 0) {
		et_bench_fail(b, "no file");
		goto out;
	}
	while (et_bench_keep_running(b, BATCH)) {
		for (int i = 0; i < BATCH; i++) {
			if (et_recording_writer_add(writer, r->varlen, r->varlen_size, 0) < 0) {
				et_bench_fail(b, "cannot write to /dev/null");
				goto out;
			}
		}
	}
	et_bench_set_bytes_per_item(b, r->varlen_size);
	et_bench_set_counter(b, "record_bytes", (double)r->varlen_size);

out:
	et_recording_writer_free(writer);
	if (fd >= 0)
		close(fd);
}

/* Fill @fd with copies of one record. Return: their number; 0: a write failed. */
static unsigned int make_recording(int fd, const struct et_micro_record *r)
{
	unsigned int records = (unsigned int)(RECORDING / r->varlen_size);
	const struct et_file_account account = { .id = r->event.hdr->type,
						 .attempted = records,
						 .sent = records,
						 .bytes = records * r->varlen_size };
	const struct et_recording_totals totals = {
		.wire_format = "varlen", .accounted = true, .accounts = &account, .count = 1
	};
	struct et_recording_writer *writer;

	if (et_recording_writer_new(fd, &about, &writer) < 0)
		return 0;
	for (unsigned int i = 0; i < records; i++)
		if (et_recording_writer_add(writer, r->varlen, r->varlen_size, 0) < 0)
			records = 0;
	if (et_recording_writer_end(writer, &totals) < 0)
		records = 0;
	et_recording_writer_free(writer);
	return records;
}

/* Replay the whole recording. Return: the number of written events, or a negative value. */
static long replay_once(int from, int to)
{
	struct et_event_stats stats[ET_EVENT_TYPES];
	struct et_options opts = ET_OPTIONS_INIT;
	struct et_replay *replay;
	long written = 0;
	int r;

	opts.events = about.events & ~1ULL;
	opts.output_fd = to;
	if (lseek(from, 0, SEEK_SET) < 0)
		return -1;
	r = et_replay__open(&opts, from, &replay, NULL);
	if (r < 0)
		return r;
	while ((r = et_replay__step(replay)) > 0)
		;
	if (r == 0)
		r = et_replay__event_stats(replay, stats, ET_EVENT_TYPES);
	for (int i = 0; i < r; i++)
		written += (long)stats[i].written;
	et_replay__close(replay);
	return r < 0 ? r : written;
}

/* Replays a recording in memory through all stages to /dev/null, as JSON. */
static void replay_null(struct et_bench *b, const void *arg)
{
	const struct et_micro_record *r = arg;
	int from = memfd_create("recording", MFD_CLOEXEC);
	int to = open("/dev/null", O_WRONLY | O_CLOEXEC);
	unsigned int records = 0;

	if (from >= 0 && to >= 0)
		records = make_recording(from, r);
	if (!records) {
		et_bench_fail(b, "no recording");
		goto out;
	}
	while (et_bench_keep_running(b, records)) {
		if (replay_once(from, to) != records) {
			et_bench_fail(b, "the recording cannot be replayed");
			goto out;
		}
	}
	et_bench_set_bytes_per_item(b, r->varlen_size);
	et_bench_set_counter(b, "record_bytes", (double)r->varlen_size);

out:
	if (from >= 0)
		close(from);
	if (to >= 0)
		close(to);
}

void et_micro_register_record(void)
{
	static const char *const names[] = {
		"process-tty-write/plain:1",
		"process-tty-write/plain:1024",
		"process-exec/arg:0/env",
		"process-exec/arg:10000",
	};
	char name[96];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(name, sizeof(name), "record/%s", names[i]);
		et_bench_register(name, record_null, et_micro_record(names[i]));
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(name, sizeof(name), "replay/%s", names[i]);
		et_bench_register(name, replay_null, et_micro_record(names[i]));
	}
}
