/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: a recording, and what its replay gives. */
#ifndef ET_REPLAY_TESTING_H
#define ET_REPLAY_TESTING_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/decode/record_builder.h"
#include "lib/include/eventstrace.h"
#include "lib/recording/writer.h"

#define EXEC   ET_EVENT_BIT(ET_PROCESS_EXEC)
#define SETSID ET_EVENT_BIT(ET_PROCESS_SETSID)

/*
 * CLOCK_REALTIME - CLOCK_MONOTONIC, in ns. 2026 began when CLOCK_MONOTONIC was 1 s. Later,
 * CLOCK_REALTIME was set back by an hour.
 */
#define BEFORE (1767225600000000000ULL - 1000000000)
#define AFTER  (BEFORE - 3600000000000)

extern struct et_record test_record; /* the record that was written last */

/*
 * Make a recording with an exec, a setsid, a LOST record, an invalid record, and an exec;
 * _compressed: in zstd frames. Return: its descriptor, at its beginning; the caller closes it.
 */
int test_recording(void);
int test_recording_compressed(void);

/* Write test_record with the time @ts. */
void test_recording_add(struct et_recording_writer *w, __u64 ts, __u64 clock_offset);

/* What a replay gave. */
struct test_replayed {
	int r;      /* the last result of et_replay__step() */
	char *text; /* the lines on output_fd, for free(3) */
	struct et_error error;
	struct et_event_stats events[8];
	int event_count;
	struct et_session_stats session; /* wire_format is not valid */
	bool whole;
	char wire_format[16];
};

/* Replay @fd with @opts, and close it. The function sets output_fd. */
struct test_replayed test_replay(struct et_options *opts, int fd);

/* Call et_replay__step() until it returns no number above 0. Return: its last result. */
int test_replay_to_end(struct et_replay *replay);

/* Number of lines of @text. */
unsigned int test_lines(const char *text);

/* Size of a file; its offset moves to its end. */
size_t test_file_size(int fd);

#endif /* ET_REPLAY_TESTING_H */
