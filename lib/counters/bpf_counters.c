/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/counters/bpf_counters.h"

#include <stdlib.h>
#include <string.h>

#include "lib/counters/bpf_counters_state.h"

static void add(struct et_counters *to, const struct et_counts *from)
{
	for (int i = 0; i < ET_EVENT_TYPES; i++) {
		to[i].attempted += from[i].sent + from[i].lost;
		to[i].sent += from[i].sent;
		to[i].lost += from[i].lost;
		to[i].filtered += from[i].filtered;
		to[i].truncated += from[i].truncated;
		to[i].bytes += from[i].bytes;
	}
}

unsigned int et_bpf_counters__cpus(const struct et_bpf_counters *a)
{
	return a->cpus;
}

const struct et_lane *et_bpf_counters__lane(const struct et_bpf_counters *a, unsigned int cpu,
					    unsigned int lane)
{
	return (const void *)(a->lanes[lane] + cpu * LANE_STEP);
}

const struct et_overflow *et_bpf_counters__overflow(const struct et_bpf_counters *a,
						    unsigned int cpu)
{
	return (const void *)(a->overflow + cpu * OVERFLOW_STEP);
}

const struct et_loss_counts *et_bpf_counters__losses(const struct et_bpf_counters *a)
{
	return &a->losses;
}

const struct et_shares *et_bpf_counters__shares(const struct et_bpf_counters *a,
						enum et_ring_class ring, unsigned int shard)
{
	return a->maps.shares > 0 ? &a->shares[et_ring_key(ring, shard)] : NULL;
}

unsigned int et_bpf_counters__shards(const struct et_bpf_counters *a)
{
	return a->share_keys > ET_RING_CLASSES ? a->share_keys / ET_RING_CLASSES - 1 : 1;
}

void et_bpf_counters__sum(const struct et_bpf_counters *a, struct et_counters *ret)
{
	memset(ret, 0, ET_EVENT_TYPES * sizeof(*ret));
	for (unsigned int i = 0; i < a->shard_count; i++)
		add(ret, a->shards[i].counts);
}

bool et_bpf_counters__settled(const struct et_bpf_counters *a)
{
	static const __u8 ring_of[ET_EVENT_TYPES] = {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) [id] = ET_RING_##RING,
#include "lib/wire/schema.def"
	};
	struct et_counters sums[ET_EVENT_TYPES];
	__u64 open[ET_RING_CLASSES] = { 0 };

	for (unsigned int cpu = 0; cpu < a->cpus; cpu++) {
		for (int i = 0; i < ET_LOST_CAUSES * ET_RING_CLASSES; i++)
			open[i % ET_RING_CLASSES] +=
				et_bpf_counters__overflow(a, cpu)
					->lost[i / ET_RING_CLASSES][i % ET_RING_CLASSES];
		for (unsigned int i = 0; i < ET_LANES; i++) {
			const struct et_lane *lane = et_bpf_counters__lane(a, cpu, i);

			if (lane->busy)
				return false;
			for (int ring = 0; ring < ET_RING_CLASSES; ring++)
				open[ring] += lane->seq[ring];
		}
	}
	et_bpf_counters__sum(a, sums);
	for (int i = 1; i < ET_EVENT_TYPES; i++)
		open[ring_of[i]] -= sums[i].attempted;
	for (int ring = 0; ring < ET_RING_CLASSES; ring++)
		if (open[ring])
			return false;
	return true;
}

void et_bpf_counters__free(struct et_bpf_counters *a)
{
	if (!a)
		return;
	free(a->lanes[0]);
	free(a->shards);
	free(a->shares);
	free(a);
}
