/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the files of the counters; internal to lib/counters. */
#ifndef ET_BPF_COUNTERS_STATE_H
#define ET_BPF_COUNTERS_STATE_H

#include "lib/counters/bpf_counters.h"

/*
 * A lookup in a per-CPU map fills an array with the values of all CPUs. The distance between two
 * values, in bytes, is the value's size rounded up to a multiple of 8.
 */
#define PERCPU_STEP(size) (((size) + 7) & ~(size_t)7)

#define LANE_STEP     PERCPU_STEP(sizeof(struct et_lane))
#define OVERFLOW_STEP PERCPU_STEP(sizeof(struct et_overflow))

struct et_bpf_counters {
	struct et_bpf_counter_maps maps;
	unsigned int cpus, shard_count;
	char *lanes[ET_LANES]; /* by lane (work area): a struct et_lane for each CPU */
	char *overflow;
	struct et_loss_counts losses;
	struct et_shares *shares; /* indexed by et_ring_key() */
	unsigned int share_keys;
	struct et_shard *shards;
};

#endif /* ET_BPF_COUNTERS_STATE_H */
