/* SPDX-License-Identifier: BSD-2-Clause */
/* The state of the format "trace": which processes have a slice that has not ended. */
#ifndef ET_ENCODE_TRACE_H
#define ET_ENCODE_TRACE_H

#include <linux/types.h>

/* Process IDs are below this number: PID_MAX_LIMIT of the kernel. Others get no slice. */
#define ET_TRACE_PIDS (4 * 1024 * 1024)

/* A bit for each process ID. For et_encoder.trace; the caller frees it with free(). */
struct et_trace {
	__u64 open[ET_TRACE_PIDS / 64];
};

#endif /* ET_ENCODE_TRACE_H */
