/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state of the format "trace": which processes have a slice (a bar on the time line) that has
 * not ended.
 */
#ifndef ET_ENCODE_TRACE_H
#define ET_ENCODE_TRACE_H

#include <linux/types.h>

/*
 * The kernel's PID_MAX_LIMIT: all process IDs are smaller. A damaged record may have a larger
 * number, which gets no slice.
 */
#define ET_TRACE_PIDS (4 * 1024 * 1024)

/*
 * For et_encoder.trace. Each process ID has a bit, which is set while its process has an open
 * slice.
 */
struct et_trace {
	__u64 open[ET_TRACE_PIDS / 64];
};

#endif /* ET_ENCODE_TRACE_H */
