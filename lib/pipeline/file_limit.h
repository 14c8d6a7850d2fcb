/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that must not exceed a limit: struct et_file_limit. Internal to lib/pipeline. */
#ifndef ET_PIPELINE_FILE_LIMIT_H
#define ET_PIPELINE_FILE_LIMIT_H

#include <linux/types.h>
#include <stddef.h>

#include "lib/pipeline/pipeline.h"

/* The size of a regular file in bytes; 0 for any other descriptor. */
__u64 et_file_limit_bytes_in(int fd);

/*
 * Continue in another file if this one has no room for a record of @n bytes, or for a line. If
 * there is no other file now, this file may grow by another limit->max bytes. Return: 0, or a
 * failure.
 */
int et_file_limit_check(struct et_pipeline *p, struct et_file_limit *limit, size_t n);

/* If the recording has no room for records of @len bytes in total, begin the next recording. */
int et_file_limit_recording(struct et_pipeline *p, size_t len);

#endif /* ET_PIPELINE_FILE_LIMIT_H */
