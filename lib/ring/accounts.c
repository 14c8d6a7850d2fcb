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

struct et_accounts {
	int lanes_fd, overflow_fd;
	unsigned int cpus;
	char *lanes[ET_LANES]; /* each a value per CPU */
	char *overflow;
};

#define LANE_STEP     PERCPU_STEP(sizeof(struct et_lane))
#define OVERFLOW_STEP PERCPU_STEP(sizeof(struct et_overflow))

int et_accounts__new(int lanes_fd, int overflow_fd, struct et_accounts **ret)
{
	int cpus = et_accounts__possible_cpus();
	struct et_accounts *a;
	char *values;

	if (cpus < 0)
		return cpus;
	a = calloc(1, sizeof(*a));
	values = calloc((size_t)cpus, ET_LANES * LANE_STEP + OVERFLOW_STEP);
	if (!a || !values) {
		free(a);
		free(values);
		return -ENOMEM;
	}
	a->lanes_fd = lanes_fd;
	a->overflow_fd = overflow_fd;
	a->cpus = (unsigned int)cpus;
	for (size_t i = 0; i < ET_LANES; i++)
		a->lanes[i] = values + i * a->cpus * LANE_STEP;
	a->overflow = values + a->cpus * LANE_STEP * ET_LANES;
	*ret = a;
	return 0;
}

int et_accounts__take(struct et_accounts *a)
{
	int r = 0;
	__u32 key;

	for (key = 0; key < ET_LANES && r == 0; key++)
		r = bpf_map_lookup_elem(a->lanes_fd, &key, a->lanes[key]);
	key = 0;
	if (r == 0)
		r = bpf_map_lookup_elem(a->overflow_fd, &key, a->overflow);
	return r;
}

unsigned int et_accounts__cpus(const struct et_accounts *a)
{
	return a->cpus;
}

const struct et_lane *et_accounts__lane(const struct et_accounts *a, unsigned int cpu,
					unsigned int lane)
{
	return (const void *)(a->lanes[lane] + cpu * LANE_STEP);
}

const struct et_overflow *et_accounts__overflow(const struct et_accounts *a, unsigned int cpu)
{
	return (const void *)(a->overflow + cpu * OVERFLOW_STEP);
}

void et_accounts__sum(const struct et_accounts *a, struct et_counters *ret)
{
	memset(ret, 0, ET_EVENT_TYPES * sizeof(*ret));
	for (unsigned int cpu = 0; cpu < a->cpus; cpu++) {
		for (unsigned int i = 0; i < ET_LANES; i++)
			add(ret, et_accounts__lane(a, cpu, i)->counters);
		add(ret, et_accounts__overflow(a, cpu)->counters);
	}
}

bool et_accounts__settled(const struct et_accounts *a)
{
	struct et_counters sums[ET_EVENT_TYPES];

	for (unsigned int cpu = 0; cpu < a->cpus; cpu++)
		for (unsigned int i = 0; i < ET_LANES; i++)
			if (et_accounts__lane(a, cpu, i)->busy)
				return false;
	et_accounts__sum(a, sums);
	for (int i = 0; i < ET_EVENT_TYPES; i++)
		if (sums[i].attempted != sums[i].sent + sums[i].lost)
			return false;
	return true;
}

void et_accounts__free(struct et_accounts *a)
{
	if (!a)
		return;
	free(a->lanes[0]);
	free(a);
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
