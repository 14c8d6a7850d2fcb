/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <stdio.h>

#include <bpf/libbpf.h>

#include "lib/attach/load.h"
#include "probes/et_probes.skel.h"

/*
 * Bytes before a value in task or socket storage. They are a struct bpf_local_storage_elem, whose
 * data begin at a cache line, and the map's address.
 */
#define BEFORE_VALUE 72

/*
 * Bytes of kernel memory for one value of a task or socket storage map. The kernel allocates sizes
 * that are powers of two, and few others.
 */
static __u64 size_of(const struct bpf_map *map)
{
	__u64 bytes = BEFORE_VALUE + bpf_map__value_size(map), size = 64;

	while (size < bytes)
		size *= 2;
	return size;
}

/*
 * Number of threads of this host, from /proc/loadavg. If the file cannot be read, return the
 * largest number, so that the caller's minimum ignores it.
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
			grown.tasks += size_of(storages[i].map) *
				       (storages[i].made < tasks ? storages[i].made : tasks);
	}
	if (skel && skel->rodata->et_config.sock_storage)
		/*
		 * Index 0 is ET_SOCK_ENDED of probes/network/sock_entry.bpf.h. Only ended
		 * connections are kept in socket storage.
		 */
		grown.sockets =
			size_of(skel->maps.ended_sockets) * skel->bss->et_sock_entries_peak[0];
	*ret = grown;
}
