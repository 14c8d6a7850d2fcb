/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds losses of a session that no record shows. It reads the programs' counters, once a second
 * while events come, and at the end. Internal to this folder.
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
	struct et_bpf_counters *accounts;
	struct et_seq_gaps *gaps;
	__u64 checked_ns; /* time of the last check, CLOCK_MONOTONIC */
	__u64 seen;       /* the rings' records by then */
	bool alarm;       /* set, and not expired */
};

/**
 * et_losses_open() - start the checks
 * @l:		all zero
 * @maps:	the programs' counters
 * @begin_ns:	CLOCK_MONOTONIC, before anything was attached
 *
 * Allocates all memory that the checks need.
 *
 * Return: 0 or a negative errno; et_losses_close() is needed in both cases.
 */
int et_losses_open(struct et_losses *l, const struct et_bpf_counter_maps *maps, __u64 begin_ns);

/**
 * et_losses_check() - check for losses, at most once a second
 * @l:		the losses
 * @p:		the pipeline for LOST lines
 * @rings:	the rings
 * @empty:	true if the rings were empty just now
 * @now_ns:	CLOCK_MONOTONIC
 *
 * Return: 1 if something was written, 0 if not, or a negative errno, as et_pipeline_lost().
 */
int et_losses_check(struct et_losses *l, struct et_pipeline *p, struct et_rings *rings, bool empty,
		    __u64 now_ns);

/**
 * et_losses_before_sleep() - make sure that the next check happens
 * @l:		the losses
 * @rings:	their reader is about to sleep, with nothing to read
 * @now_ns:	CLOCK_MONOTONIC
 *
 * After the last events, the reader is woken once for the check; without events it sleeps on.
 */
void et_losses_before_sleep(struct et_losses *l, struct et_rings *rings, __u64 now_ns);

/**
 * et_losses_finish() - count everything that has not come by now as lost
 * @l:		the losses
 * @p:		the pipeline for LOST lines
 * @now_ns:	CLOCK_MONOTONIC
 * @deadline_ns: CLOCK_MONOTONIC: do not wait longer for the output's reader
 *
 * The counters must have been read when no program ran any more.
 *
 * Return: 0 or a negative errno, as et_pipeline_lost().
 */
int et_losses_finish(struct et_losses *l, struct et_pipeline *p, __u64 now_ns, __u64 deadline_ns);

void et_losses_close(struct et_losses *l);

#endif /* ET_LOSSES_H */
