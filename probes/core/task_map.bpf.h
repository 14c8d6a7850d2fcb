/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Keeps a value for a task from the entry to the exit of a kernel function or system call.
 *
 * There are two kinds of maps for this: task storage (BPF_MAP_TYPE_TASK_STORAGE) and a hash table.
 * Task storage has room for every task, and the kernel frees it with the task. All tracing programs
 * may use it since 5.12, commit a10787e6d58c ("bpf: Enable task local storage for tracing
 * programs").
 *
 * On earlier kernels a hash table maps the task's address to the value. The hash table has a fixed
 * number of entries, and one user gets at most half of them. So a user with thousands of threads
 * that wait in the kernel fills only that half. An eight-bit hash of the user ID distinguishes
 * users.
 *
 * The BPF object contains both maps for each kind of value. User space finds out whether the kernel
 * supports task storage, and creates only one of the two maps. The verifier removes the code for
 * the other map.
 */
#ifndef ET_TASK_MAP_BPF_H
#define ET_TASK_MAP_BPF_H

#include "probes/core/config.bpf.h"
#include "probes/core/task.bpf.h"

#define ET_TASK_SHARE 2

/*
 * Number of the current task's quota: its entries in the hash table count for this quota. It is an
 * eight-bit hash of the real user ID, which does not change between creation and deletion of an
 * entry.
 */
static __always_inline __u32 et_task_user(void)
{
	return et_user_share(et_read(et_current(), real_cred, uid.val));
}

/*
 * Define the maps NAME_storage and NAME_hash of @type, and for the current task:
 *
 *	NAME_find()	its value, or NULL
 *	NAME_make()	its value, zeroed if it is new; NULL: there is no room
 *	NAME_drop()	delete the value
 *
 * @HASH is the type of the hash table: BPF_MAP_TYPE_HASH, or BPF_MAP_TYPE_LRU_HASH for values that
 * no BPF program deletes. An LRU table has no quotas for users.
 */
#define ET_TASK_MAP(NAME, value_type, HASH, entries)                                               \
	struct {                                                                                   \
		__uint(type, BPF_MAP_TYPE_TASK_STORAGE);                                           \
		__uint(map_flags, BPF_F_NO_PREALLOC);                                              \
		__type(key, int);                                                                  \
		__type(value, value_type);                                                         \
	} NAME##_storage __weak SEC(".maps");                                                      \
                                                                                                   \
	struct {                                                                                   \
		__uint(type, HASH);                                                                \
		__uint(max_entries, entries);                                                      \
		__type(key, __u64); /* address of the task_struct */                               \
		__type(value, value_type);                                                         \
	} NAME##_hash __weak SEC(".maps");                                                         \
                                                                                                   \
	const volatile __u64 NAME##_blank[sizeof(value_type) / 8] __weak = {};                     \
                                                                                                   \
	/* Number of values created so far in task storage. They live as long as the task. */      \
	volatile __u64 NAME##_made __weak = 0;                                                     \
                                                                                                   \
	/* Number of entries of each user in the hash table, by et_task_user(). */                 \
	volatile __u32 NAME##_users[256] __weak = {};                                              \
                                                                                                   \
	static __always_inline volatile __u32 *NAME##_share(void)                                  \
	{                                                                                          \
		__u32 user = et_task_user();                                                       \
                                                                                                   \
		barrier_var(user);                                                                 \
		return &NAME##_users[user & 0xff];                                                 \
	}                                                                                          \
                                                                                                   \
	static __always_inline value_type *NAME##_find(void)                                       \
	{                                                                                          \
		__u64 key;                                                                         \
                                                                                                   \
		if (et_config.task_storage)                                                        \
			return bpf_task_storage_get(&NAME##_storage, bpf_get_current_task_btf(),   \
						    NULL, 0);                                      \
		key = (__u64)et_current();                                                         \
		return bpf_map_lookup_elem(&NAME##_hash, &key);                                    \
	}                                                                                          \
                                                                                                   \
	static __always_inline value_type *NAME##_make(void)                                       \
	{                                                                                          \
		value_type *value;                                                                 \
		__u64 key;                                                                         \
                                                                                                   \
		if (et_config.task_storage) {                                                      \
			value = NAME##_find();                                                     \
			if (value)                                                                 \
				return value;                                                      \
			value = bpf_task_storage_get(&NAME##_storage, bpf_get_current_task_btf(),  \
						     NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);        \
			if (value)                                                                 \
				__sync_fetch_and_add(&NAME##_made, 1);                             \
			return value;                                                              \
		}                                                                                  \
		key = (__u64)et_current();                                                         \
		value = bpf_map_lookup_elem(&NAME##_hash, &key);                                   \
		if (value)                                                                         \
			return value;                                                              \
		if (HASH == BPF_MAP_TYPE_HASH && *NAME##_share() >= (entries) / ET_TASK_SHARE)     \
			return NULL;                                                               \
		if (bpf_map_update_elem(&NAME##_hash, &key, (const void *)&NAME##_blank, BPF_ANY)) \
			return NULL;                                                               \
		if (HASH == BPF_MAP_TYPE_HASH)                                                     \
			__sync_fetch_and_add(NAME##_share(), 1);                                   \
		return bpf_map_lookup_elem(&NAME##_hash, &key);                                    \
	}                                                                                          \
                                                                                                   \
	static __always_inline void NAME##_drop(void)                                              \
	{                                                                                          \
		__u64 key;                                                                         \
                                                                                                   \
		if (et_config.task_storage) {                                                      \
			bpf_task_storage_delete(&NAME##_storage, bpf_get_current_task_btf());      \
			return;                                                                    \
		}                                                                                  \
		key = (__u64)et_current();                                                         \
		if (!bpf_map_delete_elem(&NAME##_hash, &key) && HASH == BPF_MAP_TYPE_HASH)         \
			__sync_fetch_and_add(NAME##_share(), -1);                                  \
	}                                                                                          \
                                                                                                   \
	_Static_assert(sizeof(value_type) % 8 == 0, "whole words")

/*
 * False if @task has no value in any task storage map. This takes one load, and saves a helper call
 * for each map. Always true if the values are in hash tables.
 */
static __always_inline bool et_task_has_storage(const struct task_struct *task)
{
	return !et_config.task_storage || et_read(task, bpf_storage);
}

#endif /* ET_TASK_MAP_BPF_H */
