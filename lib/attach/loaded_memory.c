/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <stdio.h>

#include <bpf/libbpf.h>

#include "lib/attach/load.h"
#include "lib/attach/memory.h"
#include "probes/et_probes.skel.h"

static __u64 storage_value(const struct bpf_map *map)
{
	return et_memory__storage_value(bpf_map__value_size(map));
}

int et_load__locked(const struct et_loaded *loaded, struct et_locked *ret)
{
	struct et_locked locked = { 0 };
	const struct bpf_map *map;
	__u64 bytes = 0;
	int r;

	*ret = locked;
	if (!loaded->obj)
		return 0;
	for (unsigned int i = 0; i < ET_RING_KEYS_MAX; i++) {
		if (loaded->ring_fds[i] < 0) /* the ring is not created yet */
			continue;
		r = et_memory__map(loaded->ring_fds[i], &bytes);
		if (r < 0)
			return r;
		locked.rings += bytes;
	}
	bpf_object__for_each_map (map, loaded->obj) {
		int fd = bpf_map__fd(map);

		if (fd < 0) /* the map is not created, because no BPF program uses it */
			continue;
		r = et_memory__map(fd, &bytes);
		if (r < 0)
			return r;
		if (map == loaded->skel->maps.scratch)
			locked.scratch += bytes;
		else
			locked.maps += bytes;
	}
	*ret = locked;
	return 0;
}

/*
 * Number of threads of this host, from /proc/loadavg. The caller uses it as an upper limit. If the
 * file cannot be read, return the largest __u64, which limits nothing.
 */
static __u64 count_tasks(void)
{
	FILE *f = fopen("/proc/loadavg", "re");
	unsigned long long tasks;
	bool known;

	if (!f)
		return ~0ULL;
	known = fscanf(f, "%*s %*s %*s %*u/%llu", &tasks) == 1;
	fclose(f);
	return known ? tasks : ~0ULL;
}

void et_load__grown(const struct et_loaded *loaded, struct et_grown *ret)
{
	const struct et_probes *skel = loaded->skel;
	struct et_grown grown = { 0 };
	__u64 tasks;

	if (skel && skel->rodata->et_config.task_storage) {
		const struct {
			const struct bpf_map *map;
			__u64 made;
		} storages[] = {
#define STORAGE(name) { skel->maps.name##_storage, skel->bss->name##_made }
			STORAGE(call_files),    STORAGE(call_paths),    STORAGE(call_longs),
			STORAGE(lookups),       STORAGE(first_lookups), STORAGE(pending_ops),
			STORAGE(pending_calls),
#undef STORAGE
		};

		tasks = count_tasks();
		for (size_t i = 0; i < sizeof(storages) / sizeof(*storages); i++)
			grown.tasks += storage_value(storages[i].map) *
				       (storages[i].made < tasks ? storages[i].made : tasks);
	}
	if (skel && skel->rodata->et_config.sock_storage)
		/*
		 * Index 0 is ET_SOCK_ENDED of probes/network/sock_entry.bpf.h. Only ended
		 * connections are kept in socket storage.
		 */
		grown.sockets = storage_value(skel->maps.ended_sockets) *
				skel->bss->et_sock_entries_peak[0];
	*ret = grown;
}
