/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Limits the maps in which BPF programs save data about a socket until the socket's event is
 * reported.
 *
 * The data are in socket storage if the kernel has it and lets tracing programs use it: since 5.11,
 * commit 8e4597c627fb ("bpf: Allow using bpf_sk_storage in FENTRY/FEXIT/RAW_TP"). Only BPF programs
 * that get the socket as a typed argument can use it. It needs no limit by user, because each
 * socket has its own storage.
 *
 * Otherwise the data are in a hash map. A user gets at most an eighth of the map's entries, so a
 * user with thousands of sockets fills only that part. An eight-bit hash of the user ID
 * distinguishes users.
 */
#ifndef ET_SOCK_ENTRY_BPF_H
#define ET_SOCK_ENTRY_BPF_H

#include "probes/core/config.bpf.h"
#include "probes/core/read.bpf.h"

#define ET_SOCK_ENTRY_SHARE 8

enum et_sock_entry_kind {
	ET_SOCK_ENDED,   /* a connection that has ended, of a socket that is not closed yet */
	ET_SOCK_ATTEMPT, /* an attempt to connect that is not reported yet */
	ET_SOCK_ENTRY_KINDS,
};

/*
 * Counters of entries, by enum et_sock_entry_kind: the current number, the largest number so far,
 * and the current number of each user (by et_user_share()).
 */
volatile __u64 et_sock_entries_used[ET_SOCK_ENTRY_KINDS] __weak = {};
volatile __u64 et_sock_entries_peak[ET_SOCK_ENTRY_KINDS] __weak = {};
volatile __u32 et_sock_entries_users[ET_SOCK_ENTRY_KINDS][256] __weak = {};

static __always_inline volatile __u32 *et_sock_entries_of(enum et_sock_entry_kind kind, __u32 uid)
{
	__u32 user = et_user_share(uid);

	barrier_var(user);
	return &et_sock_entries_users[kind][user & 0xff];
}

/*
 * True if user @uid may add one more entry. The limit is not exact: two concurrent callers may both
 * get the last entry.
 */
static __always_inline bool et_sock_entries_have_room(enum et_sock_entry_kind kind, __u32 uid)
{
	__u32 max = kind == ET_SOCK_ENDED ? et_config.sock_entries_ended_max
					  : et_config.sock_entries_attempts_max;

	return *et_sock_entries_of(kind, uid) < max / ET_SOCK_ENTRY_SHARE;
}

static __always_inline void et_sock_entries_add(enum et_sock_entry_kind kind, __u32 uid)
{
	__u64 used;

	__sync_fetch_and_add(et_sock_entries_of(kind, uid), 1);
	__sync_fetch_and_add(&et_sock_entries_used[kind], 1);
	used = et_sock_entries_used[kind];
	if (used > et_sock_entries_peak[kind])
		et_sock_entries_peak[kind] = used;
}

static __always_inline void et_sock_entries_remove(enum et_sock_entry_kind kind, __u32 uid)
{
	__sync_fetch_and_add(et_sock_entries_of(kind, uid), -1);
	__sync_fetch_and_add(&et_sock_entries_used[kind], -1);
}

/*
 * The user ID of the socket's owner, which is the user that created the socket. For an accepted
 * connection it is the user that created the listening socket.
 */
static __always_inline __u32 et_sock_uid(const struct sock *sk)
{
	return et_read(sk, sk_uid.val);
}

#endif /* ET_SOCK_ENTRY_BPF_H */
