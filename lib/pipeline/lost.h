/* SPDX-License-Identifier: BSD-2-Clause */
/* LOST records that the pipeline makes itself. Internal to lib/pipeline. */
#ifndef ET_PIPELINE_LOST_H
#define ET_PIPELINE_LOST_H

#include "lib/counters/seq_gaps.h"
#include "lib/pipeline/pipeline.h"
#include "lib/wire/schema.h"

/* Make the LOST record that reports the lost events of @gap. */
struct et_lost et_lost_of_gap(const struct et_gap *gap);

/*
 * After a LOST record of forks, execs or exits, mark the processes in the table as stale. If the
 * record reports the events of a dropped segment, mark none: these events are old, and the table
 * already has the processes that run now.
 */
void et_lost_learn(struct et_pipeline *p, const struct et_lost *lost);

#endif /* ET_PIPELINE_LOST_H */
