/* SPDX-License-Identifier: BSD-2-Clause */
/* Lets a session write its records as segments: et_options.segments. Internal to lib/session. */
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
 * Called before lines are written. Log when segments can no longer be written, and when they can be
 * written again. Add LOST records for dropped segments. If the segment is older than
 * et_segments.age_ns, begin the next one. Return: 0 or a negative errno.
 */
int et_session_tend_segments(struct et_session *s);

/*
 * Called before a sleep. If the segment has new events, set an alarm that wakes the reader when the
 * segment is older than et_segments.age_ns.
 */
void et_session_alarm_segment(struct et_session *s);

/*
 * @stats and @session count what the session has received. Change them to what the segments
 * contain: events that were not recorded count as lost.
 */
void et_session_count_not_recorded(const struct et_session *s, struct et_event_stats *stats,
				   size_t count, struct et_session_stats *session);

/* End the last segment, and wait until the segments are written. Return: as et_pipeline_end(). */
int et_session_end_segments(struct et_session *s, __u64 deadline_ns);

#endif /* ET_SESSION_SEGMENTS_H */
