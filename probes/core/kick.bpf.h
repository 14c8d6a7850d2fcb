/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Wakes the process that reads the rings, without sending a record.
 */
#ifndef ET_KICK_BPF_H
#define ET_KICK_BPF_H

#include "probes/core/config.bpf.h"
#include "probes/core/maps.bpf.h"

/*
 * A wake-up needs room in a ring. The ring ET_RING_WAKE has no other use, so if it is full, a
 * wake-up is already pending.
 */
static __always_inline void et_wake_reader(void)
{
	__u32 key = ET_RING_WAKE;
	void *ring, *room;

	ring = bpf_map_lookup_elem(&rings, &key);
	if (!ring)
		return;
	room = bpf_ringbuf_reserve(ring, 8, 0);
	if (room)
		bpf_ringbuf_discard(room, BPF_RB_FORCE_WAKEUP);
}

/* Wake the reader if it sleeps until the next record. */
static __always_inline int et_kick_inline(void)
{
	if (et_reader_sleeping)
		et_wake_reader();
	return 0;
}

__weak int et_kick(void)
{
	return et_kick_inline();
}

#endif /* ET_KICK_BPF_H */
