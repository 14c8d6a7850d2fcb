/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the counters from BPF maps. Only this file of the counters needs libbpf. */
#include <errno.h>
#include <stdlib.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "lib/counters/bpf_counters.h"
#include "lib/counters/bpf_counters_state.h"

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

int et_bpf_counters__possible_cpus(void)
{
	return libbpf_num_possible_cpus();
}
