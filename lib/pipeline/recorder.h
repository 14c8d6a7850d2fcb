/* SPDX-License-Identifier: BSD-2-Clause */
/* What a recording gets: its first records, events, and its end. Internal to lib/pipeline. */
#ifndef ET_PIPELINE_RECORDER_H
#define ET_PIPELINE_RECORDER_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/decode/decode.h"
#include "lib/pipeline/pipeline.h"
#include "lib/recording/writer.h"

/*
 * Make room in the recording for the next record. If there is no room and records may be left out,
 * set p->no_room and return 0. Return: 0; -EAGAIN if the recording does not accept enough bytes
 * now; or the failure.
 */
int et_recorder_make_room(struct et_pipeline *p);

/*
 * True if the recording gets this event. A LOST record always has room:
 * et_recording_writer_make_room() keeps much more room free than LOST records need.
 */
bool et_recorder_gets(const struct et_pipeline *p, const struct et_event *event);

/* Add a record. Return: 0 or the failure. */
int et_recorder_add(struct et_pipeline *p, const void *data, size_t len);

/*
 * Add an event, after et_enrich(), with the names that it needs, or leave it out if there is no
 * room. Return: 0 or the failure.
 */
int et_recorder_add_event(struct et_pipeline *p, const struct et_event *event);

/*
 * Write the end of the recording. Wait for its reader until @deadline_ns, CLOCK_MONOTONIC. Return:
 * 0 or the failure.
 */
int et_recorder_end(struct et_pipeline *p, const struct et_recording_totals *totals,
		    __u64 deadline_ns);

#endif /* ET_PIPELINE_RECORDER_H */
