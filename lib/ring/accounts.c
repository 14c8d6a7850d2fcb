/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/ring/accounts.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

/* Of a per-CPU map the kernel gives all values in a row, each rounded up to this. */
#define PERCPU_STEP(size) (((size) + 7) & ~(size_t)7)

static void add(struct et_counters *to, const struct et_counters *from)
{
	for (int i = 0; i < ET_EVENT_TYPES; i++) {
		to[i].attempted += from[i].attempted;
		to[i].sent += from[i].sent;
		to[i].lost += from[i].lost;
		to[i].filtered += from[i].filtered;
		to[i].truncated += from[i].truncated;
		to[i].bytes += from[i].bytes;
	}
}

int et_accounts__read(int lanes_fd, int overflow_fd, struct et_counters *ret)
{
	struct et_counters sums[ET_EVENT_TYPES] = { 0 };
	int cpus = et_accounts__possible_cpus(), r = 0;
	const size_t lane_step = PERCPU_STEP(sizeof(struct et_lane));
	const size_t overflow_step = PERCPU_STEP(sizeof(struct et_overflow));
	char *values;
	__u32 key;

	if (cpus < 0)
		return cpus;
	values = calloc((size_t)cpus, lane_step > overflow_step ? lane_step : overflow_step);
	if (!values)
		return -ENOMEM;

	for (key = 0; key < ET_LANES && r == 0; key++) {
		r = bpf_map_lookup_elem(lanes_fd, &key, values);
		for (int cpu = 0; r == 0 && cpu < cpus; cpu++) {
			const struct et_lane *lane = (void *)(values + (size_t)cpu * lane_step);

			add(sums, lane->counters);
		}
	}
	key = 0;
	if (r == 0)
		r = bpf_map_lookup_elem(overflow_fd, &key, values);
	for (int cpu = 0; r == 0 && cpu < cpus; cpu++) {
		const struct et_overflow *o = (void *)(values + (size_t)cpu * overflow_step);

		add(sums, o->counters);
	}
	free(values);
	if (r < 0)
		return r;
	memcpy(ret, sums, sizeof(sums));
	return 0;
}

int et_accounts__locked(int map_fd, __u64 *ret)
{
	unsigned long long said = 0, type = 0, entries = 0, data;
	long page = sysconf(_SC_PAGESIZE);
	char path[64], line[128];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", map_fd);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "map_type: %llu", &type) == 1 ||
		    sscanf(line, "max_entries: %llu", &entries) == 1 ||
		    sscanf(line, "memlock: %llu", &said) == 1)
			continue;
	}
	fclose(f);

	data = type == BPF_MAP_TYPE_RINGBUF ? entries + 3ULL * (unsigned long)page : 0;
	*ret = said > data ? said : data;
	return 0;
}

int et_accounts__possible_cpus(void)
{
	return libbpf_num_possible_cpus();
}
