/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/hooks/hooks.h"

#include "lib/hooks/hook_rows.h"

static const struct et_hook_table *const categories[] = {
	&et_hooks_process,
	&et_hooks_file,
	&et_hooks_network,
};

/*
 * BPF programs keep some values for each task. For such a value the BPF object has two maps: task
 * storage, and a hash table for older kernels. Only one of them is created: see
 * probes/core/task_map.bpf.h.
 */
#define TASK_MAP(map, name) { (map), name "_storage" }, { (map), name "_hash" }

static const struct et_hook_map_name map_names[] = {
	{ ET_MAP_ATTEMPTS, "attempts" },
	TASK_MAP(ET_MAP_CALL_FILES, "call_files"),
	{ ET_MAP_CONNECTING, "connecting" },
	{ ET_MAP_ENDED_CONNECTIONS, "ended_connections" },
	{ ET_MAP_ENDED_SOCKETS, "ended_sockets" },
	{ ET_MAP_ENVS, "envs" },
	{ ET_MAP_EXITS_CAPTURED, "exits_captured" },
	{ ET_MAP_EXITS_SENT, "exits_sent" },
	{ ET_MAP_IDS_STASH, "ids_stash" },
	TASK_MAP(ET_MAP_LOOKUPS, "call_paths"),
	TASK_MAP(ET_MAP_LOOKUPS, "call_longs"),
	TASK_MAP(ET_MAP_LOOKUPS, "lookups"),
	TASK_MAP(ET_MAP_LOOKUPS, "first_lookups"),
	TASK_MAP(ET_MAP_PENDING_CALLS, "pending_calls"),
	TASK_MAP(ET_MAP_PENDING_OPS, "pending_ops"),
	{ ET_MAP_SETSID_STASH, "setsid_stash" },
	{ ET_MAP_UNRECORDED, "unrecorded" },
};

#define CATEGORIES (sizeof(categories) / sizeof(categories[0]))

const struct et_hook_table *const *et_hook_tables(size_t *ret_count)
{
	*ret_count = CATEGORIES;
	return categories;
}

const struct et_hook_map_name *et_hook_map_names(size_t *ret_count)
{
	*ret_count = sizeof(map_names) / sizeof(map_names[0]);
	return map_names;
}
