/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Lanes: a lane is one of a CPU's work areas, with scratch memory and sequence numbers. One BPF
 * program holds a lane while it builds a record. This file also has the event counters.
 *
 * BPF programs do not migrate between CPUs. But another BPF program on the same CPU can interrupt
 * or preempt a BPF program at any instruction. After a preemption, the first program may continue
 * before the second one ends.
 *
 * To claim a lane, a program adds 1 to the lane's `busy` and then reads it. Only a program that
 * reads exactly 1 holds the lane. Every other program subtracts 1 again and tries the next lane.
 *
 * At most one program can read 1: the holder subtracts its 1 only at the release, so a later
 * program reads at least 2. Two simultaneous claims may both fail; both programs then try another
 * lane. This needs no atomic operation that returns a value, which BPF has only since 5.12.
 *
 * With ET_NO_LANE_GUARD each program takes the first lane without a check. The test tools/collide
 * is built with and without it, to show that the test detects collisions.
 */
#ifndef ET_LANE_BPF_H
#define ET_LANE_BPF_H

#include "probes/core/config.bpf.h"
#include "probes/core/maps.bpf.h"

/*
 * Claim one of this CPU's lanes 1 to ET_LANES - 1. Returns the lane's index, or -1 if other BPF
 * programs hold all of them. It is a global function, which the verifier checks once. If it were
 * inline, the verifier would follow the rest of the caller once for each result.
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

/*
 * Claim a free lane (work area) of this CPU. Returns the lane's index, or -1 if other BPF programs
 * hold all lanes.
 */
static __always_inline int et_lane_claim(void)
{
#ifdef ET_NO_LANE_GUARD
	return 0;
#else
	__u32 first = 0;
	struct et_lane *lane = bpf_map_lookup_elem(&lanes, &first);

	if (!lane)
		return -1;
	/* Fast path: lane 0 is nearly always free, so claim it inline. */
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

/* The counters of the event type @type that BPF programs on @cpu use. Never NULL at run time. */
static __always_inline struct et_counts *et_counts_of(__u32 cpu, __u64 type)
{
	__u32 key = cpu & (et_config.shards - 1);
	struct et_shard *shard = bpf_map_lookup_elem(&counts, &key);

	/*
	 * The verifier needs the check of @type below. Without this barrier, the compiler may
	 * remove that check because of an earlier one.
	 */
	if (!__builtin_constant_p(type))
		barrier_var(type);
	if (!shard || type >= ET_EVENT_TYPES)
		return NULL;
	/*
	 * Without this barrier the compiler computes the address before the NULL check, which the
	 * verifier rejects.
	 */
	barrier_var(shard);
	return &shard->counts[type];
}

/* Count an event of @type as lost because the ring had no room for its record. */
static __always_inline void et_count_lost(__u32 cpu, enum et_event_type type)
{
	struct et_counts *c = et_counts_of(cpu, type);

	if (c)
		__sync_fetch_and_add(&c->lost, 1);
}

/* The class of the ring that carries events of @type. */
static __always_inline enum et_ring_class et_ring_of(__u32 type)
{
	switch (type) {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) \
case ET_##NAME:                                                   \
	return ET_RING_##RING;
#include "lib/wire/schema.def"
	default:
		return ET_RING_LIFECYCLE;
	}
}

/* The key in the map `rings` of the ring of @ring_class that the lane's CPU uses. */
static __always_inline __u32 et_ring_key_of(const struct et_lane *lane, __u32 ring_class)
{
	if (et_config.ring_shards > 1)
		return ring_class + lane->ring_keys[ring_class];
	return ring_class;
}

/* Count an event of @type as dropped by a filter. */
static __always_inline void et_filtered(enum et_event_type type)
{
	struct et_counts *c = et_counts_of(bpf_get_smp_processor_id(), type);

	if (c)
		__sync_fetch_and_add(&c->filtered, 1);
}

#endif /* ET_LANE_BPF_H */
