/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Losses of a session that no record shows: looks for them in what programs have counted, while
 * events come once a second, and at the end. Inside of this folder only.
 */
#ifndef ET_LOSSES_H
#define ET_LOSSES_H

#include <linux/types.h>
#include <stdbool.h>

#include "lib/pipeline.h"
#include "lib/ring/accounts.h"
#include "lib/ring/gaps.h"
#include "lib/ring/ring.h"

struct et_losses {
	struct et_accounts *accounts;
	struct et_gaps *gaps;
	__u64 checked_ns; /* when they were looked at last, CLOCK_MONOTONIC */
	__u64 seen;       /* what rings had given by then */
	bool alarm;       /* set, and not gone off */
};

/**
 * et_losses_open() - begin
 * @l:		all zero
 * @maps:	what programs count in
 * @begin_ns:	CLOCK_MONOTONIC, before anything was attached
 *
 * All the memory that losses ever need is allocated here.
 *
 * Return: 0 or a negative errno; et_losses_close() is needed in both cases.
 */
int et_losses_open(struct et_losses *l, const struct et_account_maps *maps, __u64 begin_ns);

/**
 * et_losses_check() - look, unless that was a moment ago
 * @l:		the losses
 * @p:		where LOST lines go
 * @rings:	the rings
 * @empty:	whether nothing was in them just now
 * @now_ns:	CLOCK_MONOTONIC
 *
 * Return: 1 if something was written, 0 if not, or a negative errno, as et_pipeline_lost().
 */
int et_losses_check(struct et_losses *l, struct et_pipeline *p, struct et_rings *rings, bool empty,
		    __u64 now_ns);

/**
 * et_losses_before_sleep() - see to it that what happened until now will be looked at
 * @l:		the losses
 * @rings:	their reader is about to sleep, with nothing to read
 * @now_ns:	CLOCK_MONOTONIC
 *
 * Once after the last events, the reader is woken for it; while nothing comes it sleeps on.
 */
void et_losses_before_sleep(struct et_losses *l, struct et_rings *rings, __u64 now_ns);

/**
 * et_losses_finish() - everything that has not come by now is lost
 * @l:		the losses
 * @p:		where LOST lines go
 * @now_ns:	CLOCK_MONOTONIC
 * @deadline_ns: CLOCK_MONOTONIC: do not wait longer for who reads the output
 *
 * Accounts must have been taken when nothing ran any more.
 *
 * Return: 0 or a negative errno, as et_pipeline_lost().
 */
int et_losses_finish(struct et_losses *l, struct et_pipeline *p, __u64 now_ns, __u64 deadline_ns);

void et_losses_close(struct et_losses *l);

#endif /* ET_LOSSES_H */
