/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of a session share: programs and rings, whose records go through lib/pipeline.h.
 * Inside of this folder only.
 *
 *	config.c	what options mean, and which cannot be
 *	open.c		opening and closing
 *	read.c		taking records out of the rings, sleeping, stopping
 *	recording.c	a recording's beginning, and the account at its end
 *	feedback.c	which processes read the output, and whether it feeds back
 *	loop.c		what a loop is
 *	losses.c	looking for losses that no record shows
 *	accounts.c	what was counted, and whether it adds up
 *	attached.c	what hangs where, and what this kernel has
 */
#ifndef ET_SESSION_H
#define ET_SESSION_H

#include <linux/types.h>
#include <stdbool.h>

#include "lib/attach/attach.h"
#include "lib/attach/env.h"
#include "lib/attach/filter.h"
#include "lib/attach/log.h"
#include "lib/include/eventstrace.h"
#include "lib/pipeline.h"
#include "lib/ring/ring.h"
#include "lib/session/loop.h"
#include "lib/session/losses.h"

#define ET_VERSION "0.1.0"

struct et_session {
	struct et_options opts; /* without what it points to */
	struct et_log log;
	struct et_attached *attached;
	struct et_rings *rings;
	struct et_pipeline pipeline;
	struct et_losses losses;
	struct et_filter_set filters;
	struct et_env_set env;

	__u64 flushed_at; /* CLOCK_MONOTONIC, ns */
	__u64 nap_ns;     /* 0: never */
	bool napping;
	bool blocked;     /* an output has not taken all that it was given */
	__u64 idle_at;    /* when there was nothing to read the last time */
	__u64 idle_after; /* events received by then */

	struct et_loop loop;
	__u64 readers_at; /* when to look for readers of the output again; 0: at the next event */
	__u64 readers_ns; /* and how long after that */
	__u64 blocked_at; /* when the output took no more the last time */

	bool looked;      /* has this poll seen its first record? */
	__u64 drained_at; /* when drain() came by the last time; 0: it is not under way */
	__u64 away_ns;    /* times of more than ET_AWAY_NS in which records were not read */
	__u64 away_longest_ns;

	bool stopped;
};

/* Records that wait longer than this had a reader that did not run. */
#define ET_AWAY_NS (1000 * ET_MS)

/**
 * et_session_open_rings() - make the rings of what is loaded readable
 * @s:		the session, with its programs and its pipeline
 * @err:	receives kind and message on failure
 *
 * Return: 0 or a negative errno.
 */
int et_session_open_rings(struct et_session *s, struct et_error *err);

/**
 * et_session_begin_recording() - from now on, record as well
 * @s:		the session, with its pipeline, and a record_fd among its options
 * @err:	receives kind and message on failure
 *
 * Return: 0 when the file's beginning is written, or a negative errno.
 */
int et_session_begin_recording(struct et_session *s, struct et_error *err);

/**
 * et_session_end_output() - write what is left
 * @s:	the session, of which nothing runs any more
 * @deadline_ns: CLOCK_MONOTONIC: do not wait longer for who reads the output
 *
 * Behind a recording, also what became of the events that it is about.
 *
 * Return: as et_pipeline_end().
 */
int et_session_end_output(struct et_session *s, __u64 deadline_ns);

/**
 * et_session_watch_feedback() - from now on, notice if the output feeds back
 * @s:	the session, with its pipeline
 */
void et_session_watch_feedback(struct et_session *s);

/* Events were received: look for readers of the output again, if it is time to. */
void et_session_look_for_readers(struct et_session *s);

/*
 * If a loop is suspected, find out whether it is one: that takes less than a second, in which nothing
 * is read and nothing is written.
 */
void et_session_check_loop(struct et_session *s);

#endif /* ET_SESSION_H */
