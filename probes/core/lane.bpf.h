/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Lanes: exclusive use of one of this CPU's scratch slots, counters and sequence numbers.
 *
 * Programs do not migrate between CPUs, but one can be interrupted or preempted by another on the
 * same CPU at any instruction, and the two need not end in the reverse order of their beginning.
 *
 * A claim adds one to the lane's `busy` and then looks: only who sees exactly 1 holds it, all
 * others take back their one and try the next lane. At most one can see 1: a holder's own one is
 * there until it lets go, so whoever comes after it sees at least 2. Two that come at the same
 * time may both fail; they find another lane. This needs no atomic that returns a value, which
 * BPF has only since 5.12.
 *
 * With ET_NO_LANE_GUARD everyone takes the first lane without looking: tools/collide is built so
 * too, to show that it would see it.
 */
#ifndef ET_LANE_BPF_H
#define ET_LANE_BPF_H

#include "probes/core/maps.bpf.h"

/*
 * Claim another lane than the first. Returns its index, or -1: all are held. A global function:
 * the verifier checks it by itself and takes its result for any number, instead of following each
 * lane to the end.
 */
__weak int et_lane_claim_other(void)
{
	for (int i = 1; i < ET_LANES; i++) {
		__u32 key = i;
		struct et_lane *lane = bpf_map_lookup_elem(&lanes, &key);

		if (!lane)
			return -1;
		__sync_fetch_and_add(&lane->busy, 1);
		if (*(volatile __u32 *)&lane->busy == 1)
			return i;
		__sync_fetch_and_add(&lane->busy, -1);
	}
	return -1;
}

/* Claim a lane. Returns its index, or -1. */
static __always_inline int et_lane_claim(void)
{
#ifdef ET_NO_LANE_GUARD
	return 0;
#else
	__u32 first = 0;
	struct et_lane *lane = bpf_map_lookup_elem(&lanes, &first);

	if (!lane)
		return -1;
	/* Nearly always it is free: that is worth not to call anything. */
	__sync_fetch_and_add(&lane->busy, 1);
	if (*(volatile __u32 *)&lane->busy == 1)
		return *(volatile __u32 *)&lane->zero;
	__sync_fetch_and_add(&lane->busy, -1);
	return et_lane_claim_other();
#endif
}

static __always_inline void et_lane_release(struct et_lane *lane)
{
#ifndef ET_NO_LANE_GUARD
	__sync_fetch_and_add(&lane->busy, -1);
#endif
}

/* Count an event that found no lane. */
static __always_inline void et_overflow_lost(enum et_event_type type, __u64 events)
{
	__u32 zero = 0;
	struct et_overflow *o = bpf_map_lookup_elem(&overflow, &zero);

	if (!o)
		return;
	__sync_fetch_and_add(&o->counters[type].attempted, events);
	__sync_fetch_and_add(&o->counters[type].lost, events);
}

/* Count an event that is left out on purpose. */
static __always_inline void et_filtered(enum et_event_type type)
{
	__u32 zero = 0;
	struct et_overflow *o = bpf_map_lookup_elem(&overflow, &zero);

	if (o)
		__sync_fetch_and_add(&o->counters[type].filtered, 1);
}

#endif /* ET_LANE_BPF_H */
