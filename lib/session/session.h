/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shared by the files of a session: programs and rings, whose records go through
 * lib/pipeline/pipeline.h. Internal to this folder.
 *
 *	config.c	interprets and checks the options
 *	open.c		opens and closes
 *	read.c		takes records out of the rings, sleeps, stops
 *	recording.c	writes a recording's beginning, and the counts at its end
 *	parts.c		splits the counts between recordings that continue each other
 *	outputs.c	continues in other files
 *	feedback.c	finds processes that read the output, and whether it feeds back
 *	loop.c		detects a loop
 *	losses.c	finds losses that no record shows
 *	stats.c		counts, and checks whether they add up
 *	attached.c	lists the hooks, and the kernel's features
 */
#ifndef ET_SESSION_H
#define ET_SESSION_H

#include <linux/types.h>
#include <stdbool.h>

#include "lib/attach/attach.h"
#include "lib/filter/env.h"
#include "lib/filter/filter.h"
#include "lib/attach/log.h"
#include "lib/include/eventstrace.h"
#include "lib/pipeline/pipeline.h"
#include "lib/ring/ring.h"
#include "lib/session/loop.h"
#include "lib/session/losses.h"
#include "lib/session/parts.h"

#define ET_STRING_(x) #x
#define ET_STRING(x)  ET_STRING_(x)
#define ET_VERSION \
	ET_STRING(ET_VERSION_MAJOR) "." ET_STRING(ET_VERSION_MINOR) "." ET_STRING(ET_VERSION_PATCH)

/*
 * The records that are received; the first of another kind stays in the ring, with all later
 * ones.
 */
enum et_session_release {
	ET_RELEASE_ALL,
	ET_RELEASE_OTHERS,  /* of processes that do not read the output */
	ET_RELEASE_READERS, /* of readers and their descendants, at most `release_left` */
};

struct et_session {
	struct et_options opts; /* without the data that it points to */
	struct et_log log;
	struct et_attached *attached;
	struct et_rings *rings;
	struct et_pipeline pipeline;
	struct et_losses losses;
	struct et_parts parts;
	struct et_filter_set filters;
	struct et_env_set env;

	__u64 flushed_at; /* CLOCK_MONOTONIC, ns */
	__u64 nap_ns;     /* 0: never */
	bool napping;
	bool blocked;     /* an output has not taken all its data */
	__u64 idle_at;    /* when the rings were last empty */
	__u64 idle_after; /* events received by then */

	struct et_loop loop;
	enum et_session_release release;
	unsigned int release_left; /* records */
	__u64 readers_at;          /* next search for readers of the output; 0: at the next event */
	__u64 readers_ns;          /* interval after that */
	__u64 blocked_at;          /* when the output last took no more */

	bool looked;      /* true after this poll's first record */
	__u64 drained_at; /* time of the last drain() step; 0: not active */
	__u64 away_ns;    /* times over ET_AWAY_NS without a read of waiting records */
	__u64 away_longest_ns;

	bool stopped;
};

/* If a record waits longer than this, its reader did not run. */
#define ET_AWAY_NS (1000 * ET_MS)

/**
 * et_session_open_rings() - open the rings of the loaded programs
 * @s:		the session, with its programs and its pipeline
 * @err:	receives kind and message on failure
 *
 * Return: 0 or a negative errno.
 */
int et_session_open_rings(struct et_session *s, struct et_error *err);

/**
 * et_session_begin_recording() - start recording
 * @s:		the session, with its pipeline, and a record_fd among its options
 * @err:	receives kind and message on failure
 *
 * Return: 0 after the file's header is written, or a negative errno.
 */
int et_session_begin_recording(struct et_session *s, struct et_error *err);

/**
 * et_session_new_recording() - a recording of this session
 * @s:		the session
 * @fd:		its file
 * @ret:	receives the writer, for et_recording_writer_free(); nothing is written yet
 *
 * Return: 0 or a negative errno.
 */
int et_session_new_recording(struct et_session *s, int fd, struct et_recording_writer **ret);

/**
 * et_session_count_recording() - the counts for the end of the present recording
 * @s:		the session
 * @last:	no record can follow
 * @rows:	receives the counts by type: room for ET_EVENT_TYPES
 * @ret:	receives the others, and the address of @rows
 *
 * Return: 0 or a negative errno.
 */
int et_session_count_recording(struct et_session *s, bool last, struct et_file_account *rows,
			       struct et_recording_totals *ret);

/**
 * et_session_end_output() - write the remaining events
 * @s:	the session, whose programs no longer run
 * @deadline_ns: CLOCK_MONOTONIC: do not wait longer for the output's reader
 *
 * Also writes the counts of the events at the end of a recording.
 *
 * Return: as et_pipeline_end().
 */
int et_session_end_output(struct et_session *s, __u64 deadline_ns);

/**
 * et_session_watch_feedback() - start checking whether the output feeds back
 * @s:	the session, with its pipeline
 */
void et_session_watch_feedback(struct et_session *s);

/* After events: search again for readers of the output, if the interval is over. */
void et_session_look_for_readers(struct et_session *s);

/*
 * If a loop is suspected, check whether it is one. That takes up to ET_CHECK_NS, in which nearly
 * nothing is written.
 */
void et_session_check_loop(struct et_session *s);

#define ET_CHECK_NS (2800 * ET_MS)

/* True if the record may be received: see enum et_session_release. */
bool et_session_releases(struct et_session *s, const void *data, size_t len);

/* Receive a batch of records. Return: as et_rings__consume(). */
int et_session_consume(struct et_session *s);

/* Before a sleep: an output that is behind wakes the reader when it takes more. */
void et_session_watch_outputs(struct et_session *s);

/* Write as much as the outputs take. Return: 0, also if they do not take all; or a failure. */
int et_session_flush(struct et_session *s);

#endif /* ET_SESSION_H */
