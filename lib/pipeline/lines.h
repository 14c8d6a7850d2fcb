/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lines of a pipeline's output: header lines, events and LOST lines. Counts the events whose
 * lines were written. Internal to lib/pipeline.
 */
#ifndef ET_PIPELINE_LINES_H
#define ET_PIPELINE_LINES_H

#include <linux/types.h>
#include <stddef.h>

#include "lib/decode/decode.h"
#include "lib/include/eventstrace.h"
#include "lib/pipeline/pipeline.h"

/*
 * Bytes of the output's buffer that only LOST lines and a header line may use. An event is added
 * only if this room remains.
 */
#define ET_LOST_ROOM (16 * 1024)

/* Make the output's buffer, after the encoder. Return: 0 or a negative errno. */
int et_lines_open(struct et_pipeline *p, const struct et_options *opts);

/* Upper bound in bytes of an event's lines, with its context. */
size_t et_lines_bound(const struct et_pipeline *p, const struct et_event *event);

/*
 * Make room for an event of at most @bound bytes, and for a LOST line before it. Return: 0; -EAGAIN
 * if the output does not accept enough bytes now; or the failure.
 */
int et_lines_make_room(struct et_pipeline *p, size_t bound);

/*
 * If the header line is due, add it to the output's buffer, which keeps ET_LOST_ROOM free for it.
 * Return: 0 or a negative errno.
 */
int et_lines_put_due_header(struct et_pipeline *p);

/*
 * Add an event to the output's buffer, which has room for it. @bound is the upper bound of its
 * lines, and @lost the number of events that it reports as lost. Return: 0 or the failure.
 */
int et_lines_write(struct et_pipeline *p, const struct et_event *event, size_t bound, __u64 lost);

/* Count the events of all lines that were written as a whole. */
void et_lines_count_written(struct et_pipeline *p);

#endif /* ET_PIPELINE_LINES_H */
