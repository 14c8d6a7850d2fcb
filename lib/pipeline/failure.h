/* SPDX-License-Identifier: BSD-2-Clause */
/* The first failure of a pipeline's outputs. Internal to lib/pipeline. */
#ifndef ET_PIPELINE_FAILURE_H
#define ET_PIPELINE_FAILURE_H

#include "lib/pipeline/pipeline.h"

/*
 * Store the first failure @r of the lines' output or of the recording, with its message. Nothing is
 * written from now on. -EAGAIN is no failure. Return: @r.
 */
int et_output_failed(struct et_pipeline *p, int r);
int et_recording_failed(struct et_pipeline *p, int r);

#endif /* ET_PIPELINE_FAILURE_H */
