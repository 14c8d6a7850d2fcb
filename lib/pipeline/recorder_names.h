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
 * Write to the recording the names that outputs print for this event, as far as it lacks them. So a
 * replay prints the same names on another host, and the names of that time.
 */
int et_recorder_add_names_of_event(struct et_pipeline *p, const struct et_event *event);

#endif /* ET_PIPELINE_RECORDER_NAMES_H */
