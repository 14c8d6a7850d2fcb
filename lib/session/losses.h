/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds lost events that no gap in the sequence numbers shows, because no record has come after
 * them. For this, it reads the BPF programs' counters once a second while events come, and at the
 * end. Internal to this folder.
 */
#ifndef ET_LOSSES_H
#define ET_LOSSES_H

#include <linux/types.h>
#include <stdbool.h>

#include "lib/pipeline/pipeline.h"
#include "lib/counters/bpf_counters.h"
#include "lib/counters/seq_gaps.h"
#include "lib/ring/ring.h"

struct et_losses {
	struct et_bpf_counters *accounts; /* the counters of the BPF programs */
	struct et_seq_gaps *gaps;         /* finds gaps in the records' sequence numbers */
	__u64 checked_ns;                 /* time of the last check, CLOCK_MONOTONIC */
	__u64 seen; /* number of records read from the rings up to checked_ns */
	/* true if a timer is set that wakes the reader for the next check: et_rings__alarm() */
	bool alarm;
};

/**
 * et_losses_open() - prepare the checks
 * @l:		all zero
 * @maps:	the BPF maps that contain the counters of BPF programs
 * @begin_ns:	CLOCK_MONOTONIC time before the first BPF program was attached
 *
 * Allocates all memory that the checks need.
 *
 * Return: 0 or a negative errno; et_losses_close() is needed in both cases.
 */
int et_losses_open(struct et_losses *l, const struct et_bpf_counter_maps *maps, __u64 begin_ns);

/* True if et_losses_check() would check now. */
bool et_losses_due(const struct et_losses *l, __u64 now_ns);

/**
 * et_losses_check() - check for losses, at most once a second
 * @l:		the losses
 * @p:		the pipeline for LOST lines
 * @rings:	the rings
 * @empty:	true if all records in the rings have been read
 * @now_ns:	CLOCK_MONOTONIC
 *
 * Return: 1 if a LOST line was written, 0 if not, or a negative errno, as et_pipeline_lost().
 */
int et_losses_check(struct et_losses *l, struct et_pipeline *p, struct et_rings *rings, bool empty,
		    __u64 now_ns);

/**
 * et_losses_before_sleep() - make sure that the next check happens
 * @l:		the losses
 * @rings:	the rings, which have no records to read; their reader is about to sleep
 * @now_ns:	CLOCK_MONOTONIC
 *
 * If events have come since the last check, sets an alarm that wakes the reader for the next check.
 */
void et_losses_before_sleep(struct et_losses *l, struct et_rings *rings, __u64 now_ns);

/**
 * et_losses_finish() - report as lost all counted events whose records have not been read
 * @l:		the losses
 * @p:		the pipeline for LOST lines
 * @now_ns:	CLOCK_MONOTONIC
 * @deadline_ns: CLOCK_MONOTONIC: do not wait longer for the output's reader
 *
 * The caller has read the counters after the last BPF program ended.
 *
 * Return: 0 or a negative errno, as et_pipeline_lost().
 */
int et_losses_finish(struct et_losses *l, struct et_pipeline *p, __u64 now_ns, __u64 deadline_ns);

/* Free the members of @l. */
void et_losses_close(struct et_losses *l);

#endif /* ET_LOSSES_H */
