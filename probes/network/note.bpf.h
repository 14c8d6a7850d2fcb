/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is noted of a socket until it is needed, and room for it.
 *
 * A note belongs to its socket where the kernel has storage for sockets and lets tracing programs
 * use it: since 5.11, commit 8e4597c627fb ("bpf: Allow using bpf_sk_storage in
 * FENTRY/FEXIT/RAW_TP"), and only programs that get the socket as a typed argument. Then there is
 * room as long as there is memory, and nobody takes it away from anybody.
 *
 * Elsewhere notes are in a hash map. A user has an eighth of it at most, so that one who holds
 * thousands of sockets is short of room alone. Users are told apart by eight bits of their number.
 */
#ifndef ET_NOTE_BPF_H
#define ET_NOTE_BPF_H

#include "probes/core/config.bpf.h"
#include "probes/core/read.bpf.h"

#define ET_NOTE_SHARE 8

/* Notes belong to sockets: told by user space, which has tried it. */
const volatile bool et_sock_storage __weak = false;

/* How many notes of connections that are over a hash map has room for, and how many of attempts. */
const volatile __u32 et_notes_over_max __weak = 0;
const volatile __u32 et_notes_attempts_max __weak = 0;

enum et_note_kind {
	ET_NOTE_OVER,    /* a connection that is over, of a socket that is not closed */
	ET_NOTE_ATTEMPT, /* an attempt that is not told of yet */
	ET_NOTE_KINDS,
};

/* By kind: how many there are, and were at most. And how many a user has. */
volatile __u64 et_notes_used[ET_NOTE_KINDS] __weak = {};
volatile __u64 et_notes_peak[ET_NOTE_KINDS] __weak = {};
volatile __u32 et_notes_users[ET_NOTE_KINDS][256] __weak = {};

static __always_inline volatile __u32 *et_notes_of(enum et_note_kind kind, __u32 uid)
{
	__u32 user = et_user_share(uid);

	barrier_var(user);
	return &et_notes_users[kind][user & 0xff];
}

/* Two that ask at the same time may both get the last place of a share: it is no exact limit. */
static __always_inline bool et_notes_have_room(enum et_note_kind kind, __u32 uid)
{
	__u32 max = kind == ET_NOTE_OVER ? et_notes_over_max : et_notes_attempts_max;

	return *et_notes_of(kind, uid) < max / ET_NOTE_SHARE;
}

static __always_inline void et_notes_add(enum et_note_kind kind, __u32 uid)
{
	__u64 used;

	__sync_fetch_and_add(et_notes_of(kind, uid), 1);
	__sync_fetch_and_add(&et_notes_used[kind], 1);
	used = et_notes_used[kind];
	if (used > et_notes_peak[kind])
		et_notes_peak[kind] = used;
}

static __always_inline void et_notes_remove(enum et_note_kind kind, __u32 uid)
{
	__sync_fetch_and_add(et_notes_of(kind, uid), -1);
	__sync_fetch_and_add(&et_notes_used[kind], -1);
}

/* Whose socket it is: who made it, or its listening socket. */
static __always_inline __u32 et_sock_uid(const struct sock *sk)
{
	return et_read(sk, sk_uid.val);
}

#endif /* ET_NOTE_BPF_H */
