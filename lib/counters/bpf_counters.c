/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/counters/bpf_counters.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

/*
 * A lookup in a per-CPU map fills an array with the values of all CPUs. The distance between two
 * values, in bytes, is the value's size rounded up to a multiple of 8.
 */
#define PERCPU_STEP(size) (((size) + 7) & ~(size_t)7)

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

struct et_bpf_counters {
	struct et_bpf_counter_maps maps;
	unsigned int cpus, shard_count;
	char *lanes[ET_LANES]; /* by lane (work area): a struct et_lane for each CPU */
	char *overflow;
	struct et_loss_counts losses;
	struct et_shares *shares; /* by key of the map */
	unsigned int share_keys;
	struct et_shard *shards;
};

#define LANE_STEP     PERCPU_STEP(sizeof(struct et_lane))
#define OVERFLOW_STEP PERCPU_STEP(sizeof(struct et_overflow))

static int count_share_keys(const struct et_bpf_counter_maps *maps, __u32 *ret)
{
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info);
	int r = 0;

	if (maps->shares > 0)
		r = bpf_map_get_info_by_fd(maps->shares, &info, &size);
	*ret = maps->shares > 0 ? info.max_entries : ET_RING_CLASSES;
	return r;
}

int et_bpf_counters__new(const struct et_bpf_counter_maps *maps, struct et_bpf_counters **ret)
{
	int cpus = et_bpf_counters__possible_cpus(), r;
	struct bpf_map_info info = { 0 };
	__u32 info_size = sizeof(info);
	struct et_bpf_counters *a;
	__u32 share_keys = 0;
	char *values;

	if (cpus < 0)
		return cpus;
	r = bpf_map_get_info_by_fd(maps->counts, &info, &info_size);
	if (r < 0)
		return r;
	r = count_share_keys(maps, &share_keys);
	if (r < 0)
		return r;
	a = calloc(1, sizeof(*a));
	values = calloc((size_t)cpus, ET_LANES * LANE_STEP + OVERFLOW_STEP);
	if (a) {
		a->shards = calloc(info.max_entries, sizeof(*a->shards));
		a->shares = calloc(share_keys, sizeof(*a->shares));
	}
	if (!a || !values || !a->shards || !a->shares) {
		if (a) {
			free(a->shards);
			free(a->shares);
		}
		free(a);
		free(values);
		return -ENOMEM;
	}
	a->maps = *maps;
	a->cpus = (unsigned int)cpus;
	a->shard_count = info.max_entries;
	a->share_keys = share_keys;
	for (size_t i = 0; i < ET_LANES; i++)
		a->lanes[i] = values + i * a->cpus * LANE_STEP;
	a->overflow = values + a->cpus * LANE_STEP * ET_LANES;
	*ret = a;
	return 0;
}

int et_bpf_counters__take(struct et_bpf_counters *a)
{
	int r = 0;
	__u32 key;

	for (key = 0; key < ET_LANES && r == 0; key++)
		r = bpf_map_lookup_elem(a->maps.lanes, &key, a->lanes[key]);
	key = 0;
	if (r == 0)
		r = bpf_map_lookup_elem(a->maps.overflow, &key, a->overflow);
	if (r == 0)
		r = bpf_map_lookup_elem(a->maps.losses, &key, &a->losses);
	for (key = 0; key < a->shard_count && r == 0; key++)
		r = bpf_map_lookup_elem(a->maps.counts, &key, &a->shards[key]);
	for (key = 0; a->maps.shares > 0 && key < a->share_keys && r == 0; key++)
		r = bpf_map_lookup_elem(a->maps.shares, &key, &a->shares[key]);
	return r;
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

int et_bpf_counters__possible_cpus(void)
{
	return libbpf_num_possible_cpus();
}
