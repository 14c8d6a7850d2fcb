/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Memory that BPF programs and user space share beside the ring: map values, and the layout of
 * what a lane counts. Include behind wire.h and schema.h.
 */
#ifndef ET_SHARED_H
#define ET_SHARED_H

#include "lib/wire/schema.h"

/*
 * One lane of one CPU: map `lanes`, a per-CPU array of ET_LANES. Only the program that holds the
 * lane writes anything but `busy`; user space sums over CPUs and lanes.
 */
struct et_lane {
	__u32 busy; /* programs that hold or try to get it; exactly one holder at a time */
	__u32 pad;
	__u64 seq[ET_RING_CLASSES];
	struct et_counters counters[ET_EVENT_TYPES]; /* by event type; [0] is unused */
};

/*
 * Events for which a CPU had no free lane: map `overflow`, a per-CPU array of one. Written with
 * atomic adds. Only attempted, lost and filtered are used.
 */
struct et_overflow {
	struct et_counters counters[ET_EVENT_TYPES];
};

#endif /* ET_SHARED_H */
