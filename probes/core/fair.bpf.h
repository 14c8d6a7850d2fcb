/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Limits how much of a ring each user can fill. So a flood of events from one user leaves room for
 * the events of the others.
 *
 * While less than half of a ring is full, no user is limited, and users' bytes are not counted.
 * From then on, the bytes that each user adds are counted. A record is refused if its user's count
 * would exceed twice the free space. For users other than root, the free space does not include the
 * last eighth of the ring. When less than half is full again, all counts start again at zero.
 *
 * Example: a user adds u to a ring of size 1 that is half full. The user stops at u = 2 * (3/8 -
 * u), which is u = 1/4: the ring is three quarters full. Two such users together stop at four
 * fifths, and root alone at five sixths.
 *
 * A BPF program asks the kernel how full a ring is, by a helper call. To save calls, the query is
 * repeated only after the CPU's lane (work area) has added et_fair_look[key] bytes to the ring.
 */
#ifndef ET_FAIR_BPF_H
#define ET_FAIR_BPF_H

#include "probes/core/config.bpf.h"
#include "probes/core/kick.bpf.h"
#include "probes/core/maps.bpf.h"
#include "probes/core/read.bpf.h"

/*
 * How often the fill level of a ring is queried, by key of the map `rings`. After a query, a lane
 * (a CPU's work area) adds et_fair_look[key] bytes before the next query. The value 0 means a query
 * for each record. It is set while half of the ring is full, and before the first query.
 *
 * Only fair.bpf.c defines this. With weak definitions, each object file would take memory for it.
 */
#define ET_FAIR_LOOKS 256
extern volatile __u64 et_fair_look[ET_FAIR_LOOKS];

/*
 * The bytes that each user has added to each ring. The keys are those of the map `rings`. User
 * space sets max_entries if a class has more than one ring.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ET_RING_CLASSES);
	__type(key, __u32);
	__type(value, struct et_shares);
} shares __weak SEC(".maps");

/*
 * The parameter @actor of the functions below names the task that causes an event:
 *
 *	0			the current task
 *	ET_ACTOR_USER(uid)	unknown, but its user ID is @uid; smaller than any kernel address
 *	a kernel address	the task_struct at this address
 */
#define ET_ACTOR_USER(uid) ((__u64)(uid) + 1)

/* Largest number of nested user namespaces: the kernel allows 32 below the initial one. */
#define ET_USERNS_LEVELS 33

/*
 * The user ID that the bytes of @task's events are counted for. In most cases it is the task's real
 * user ID, which set-user-ID programs do not change.
 *
 * But a user who creates a user namespace can have many IDs in it. So if @task is in a user
 * namespace whose owner is not root, the result is this owner. If there are several such
 * namespaces, the outermost one counts. User namespaces of root are those of containers: their
 * users are counted by their own IDs.
 */
static __always_inline __u32 et_payer_user(const struct task_struct *task)
{
	const struct cred *cred = et_read(task, real_cred);
	const struct user_namespace *ns = et_read(cred, user_ns);
	__u32 uid = et_read(cred, uid.val);

	for (int i = 0; i < ET_USERNS_LEVELS && et_read(ns, level) > 0; i++) {
		__u32 owner = et_read(ns, owner.val);

		if (owner)
			uid = owner;
		ns = et_read(ns, parent);
	}
	return uid;
}

/*
 * The user ID that the bytes of @actor's event are counted for, in the lower 32 bits. The upper 32
 * bits are the index of that user's counter. Half of the counters are for root: a hash of the
 * version 2 cgroup's ID selects one. So root in a container does not use up the share of root on
 * the host.
 */
__weak __u64 et_payer(__u64 actor)
{
	const struct task_struct *task;
	__u32 uid, share;
	__u64 cgroup;

	if (actor && actor >> 33 == 0) {
		uid = actor - 1;
		cgroup = 0;
	} else {
		task = actor ? (void *)actor : (void *)bpf_get_current_task();
		uid = et_payer_user(task);
		cgroup = uid ? 0 : et_read(task, cgroups, dfl_cgrp, kn, id);
	}
	share = et_user_share(uid ? uid : (__u32)cgroup) % (ET_SHARES / 2);
	if (!uid)
		share += ET_SHARES / 2;
	return uid | (__u64)share << 32;
}

/*
 * The element of et_fair_look for the ring @key. The index is masked, because the verifier does not
 * know the value of @key here.
 */
static __always_inline volatile __u64 *et_look_of(__u32 key)
{
	barrier_var(key);
	return &et_fair_look[key & (ET_FAIR_LOOKS - 1)];
}

_Static_assert((ET_FAIR_LOOKS & (ET_FAIR_LOOKS - 1)) == 0, "a mask bounds a ring's key");
_Static_assert(ET_FAIR_LOOKS >= ET_RING_KEYS_MAX, "each ring has an element");

/*
 * True if the BPF programs query from time to time how full a ring is. They do so to limit users,
 * or to wake a reader that sleeps for a fixed time.
 */
static __always_inline bool et_looks(void)
{
	return et_config.fair || !et_config.wakeup_always;
}

/*
 * True if at least half of the ring is full. If a quarter is full and the reader sleeps for a fixed
 * time, wake the reader. Otherwise the ring could be full before the reader's sleep ends. The first
 * call that finds less than half full again begins a new period: the bytes of all users are counted
 * from zero.
 */
__weak int et_ring_presses(__u32 ring_key)
{
	__u32 key = ring_key;
	void *ring = bpf_map_lookup_elem(&rings, &key);
	struct et_shares *s = bpf_map_lookup_elem(&shares, &key);
	__u64 size, full;

	if (!ring || !s)
		return 0;
	size = bpf_ringbuf_query(ring, BPF_RB_RING_SIZE);
	full = bpf_ringbuf_query(ring, BPF_RB_AVAIL_DATA);
	/*
	 * If two BPF programs clear et_reader_napping at the same time, both wake the reader, which
	 * is harmless. If the reader has just begun its next sleep, the wake-up ends that sleep.
	 */
	if (et_reader_napping && full >= size / 4) {
		et_reader_napping = 0;
		et_wake_reader();
	}
	if (full >= size / 2) {
		*et_look_of(ring_key) = 0;
		return 1;
	}
	if (!*et_look_of(ring_key)) {
		s->period++;
		*et_look_of(ring_key) = (size >> et_config.fair_look_shift) | 1;
	}
	return 0;
}

/*
 * Count a record's @bytes for the user @payer, the result of et_payer(). Returns 1 if the user's
 * share of the ring has no room for them.
 */
__weak int et_share_refuses(__u32 ring_key, __u32 bytes, __u64 payer)
{
	__u32 key = ring_key, share = payer >> 32;
	void *ring = bpf_map_lookup_elem(&rings, &key);
	struct et_shares *s = bpf_map_lookup_elem(&shares, &key);
	struct et_share *mine;
	__s64 room;

	barrier_var(share);
	if (!ring || !s || share >= ET_SHARES)
		return 0;
	mine = &s->shares[share];
	room = bpf_ringbuf_query(ring, BPF_RB_RING_SIZE);
	if ((__u32)payer)
		room -= room >> 3;
	room -= bpf_ringbuf_query(ring, BPF_RB_AVAIL_DATA);
	if (mine->period != s->period) {
		mine->used = 0;
		mine->period = s->period;
	}
	/*
	 * First add, then compare. So the sum includes the bytes that other CPUs add at the same
	 * time.
	 */
	__sync_fetch_and_add(&mine->used, bytes);
	if ((__s64) * (volatile __u64 *)&mine->used <= 2 * room)
		return 0;
	__sync_fetch_and_add(&mine->used, -(__u64)bytes);
	__sync_fetch_and_add(&mine->refused, 1);
	if (mine->uid != (__u32)payer) {
		mine->uid = payer;
		__sync_fetch_and_add(&mine->changes, 1);
	}
	return 1;
}

/*
 * True if a record of @bytes exceeds the share of the user that causes the event. @key is the key
 * of the ring of class @ring_class that the lane's CPU uses. @actor: see ET_ACTOR_USER(). If the
 * lane has added few bytes since its last query of the ring's fill level, the result is false
 * without a query.
 */
static __always_inline bool et_is_unfair(struct et_lane *lane, __u32 ring_class, __u32 key,
					 __u32 bytes, __u64 actor)
{
	__u64 added = lane->added[ring_class] + bytes;

	lane->added[ring_class] = added;
	if (added < *et_look_of(key))
		return false;
	lane->added[ring_class] = 0;
	return et_ring_presses(key) && et_config.fair &&
	       et_share_refuses(key, bytes, et_payer(actor));
}

#endif /* ET_FAIR_BPF_H */
