/* SPDX-License-Identifier: BSD-2-Clause */
/* Lets a session write a folder of segments: et_options.segments. Internal to this folder. */
#ifndef ET_SESSION_SEGMENTS_H
#define ET_SESSION_SEGMENTS_H

#include <linux/types.h>
#include <stdbool.h>

#include "lib/session/session.h"

/* Check et_options.segments. Return: 0, or -EINVAL with a message. */
int et_session_check_segments(const struct et_options *opts, struct et_error *err);

/* Lock the folder and begin the first segment. Return: 0 or a negative errno. */
int et_session_open_segments(struct et_session *s, struct et_error *err);

/*
 * End the segment and begin the next one. Return: 0; -EAGAIN if the queue of the segments has too
 * little room now; or another negative errno.
 */
int et_session_next_segment(struct et_session *s);

/*
 * Called before lines are written: start the thread, log what it could not write, record what was
 * dropped, and end a segment that is old. Return: 0 or a negative errno.
 */
int et_session_tend_segments(struct et_session *s);

/* Called before a sleep: wake the reader when the segment is old, if it has new events. */
void et_session_alarm_segment(struct et_session *s);

/* Count in @stats what the folder has, in place of what the session has received. */
void et_session_count_not_recorded(const struct et_session *s, struct et_event_stats *stats,
				   size_t count, struct et_session_stats *session);

/* Write all segments to their end. Return: as et_pipeline_end(). */
int et_session_end_segments(struct et_session *s, __u64 deadline_ns);

#endif /* ET_SESSION_SEGMENTS_H */
