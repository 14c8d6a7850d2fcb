/* SPDX-License-Identifier: BSD-2-Clause */
/* The names of users and groups that a recording gets. Internal to lib/pipeline. */
#ifndef ET_PIPELINE_RECORDER_NAMES_H
#define ET_PIPELINE_RECORDER_NAMES_H

#include "lib/decode/decode.h"
#include "lib/enrich/names.h"
#include "lib/pipeline/pipeline.h"

/* The names that a record may need: those of the event, and those of its process in a context. */
#define ET_RECORDER_NAMES_MAX (ET_NAMES_OF_EVENT + 4)

/*
 * Add to the recording the names that outputs print for this event, except names that the recording
 * already has. So a replay prints the names of the recorded host at that time.
 */
int et_recorder_add_names_of_event(struct et_pipeline *p, const struct et_event *event);

#endif /* ET_PIPELINE_RECORDER_NAMES_H */
