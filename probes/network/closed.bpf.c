// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * NETWORK_CONNECTION_CLOSED: a process closes a TCP socket.
 *
 * The event means that a process closes the last descriptor of a socket that was connected, or that
 * tried to connect. It does so by close(2), or by its exit.
 *
 * If tcp_close() cannot be hooked, two tracepoints show the close. The first, inet_sock_set_state,
 * runs for each change of a socket's state. At a change by tcp_close(), the process holds the
 * socket's lock and the socket still has its file. tcp_close() sets the state even if the new state
 * equals the old one, for example FIN_WAIT1 after shutdown(2).
 *
 * But tcp_close() does not set the state of a socket that is already in TCP_CLOSE. The connection
 * of such a socket was refused or reset, or both sides have shut it down. So the connection's
 * fields are saved when the connection ends. When the process closes the socket, the kernel
 * destroys the socket at once. The second tracepoint, tcp_destroy_sock, shows this.
 *
 * The fields cannot be read later: a refused connect(2) deletes the addresses. A socket can also be
 * connected again; then the earlier connection is reported as closed.
 */
#include "probes/core/emit.bpf.h"
#include "probes/core/filter.bpf.h"
#include "probes/core/task.bpf.h"
#include "probes/network/sock_entry.bpf.h"
#include "probes/network/sock.bpf.h"

/* A connection that has ended, but whose socket no process has closed yet. */
struct over {
	struct et_net_closed net;
	__u32 uid;   /* user ID of the socket's owner, whose quota of map entries this entry uses */
	__u32 valid; /* 1 until the connection is reported as closed, then 0 */
};

/* Ended connections, in socket storage: the kernel frees an element with its socket. */
struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct over);
} ended_sockets SEC(".maps");

/*
 * Ended connections on kernels without socket storage. The key is the address of the struct sock.
 * An entry is deleted when the kernel destroys the socket, even if no process ever accepted the
 * connection. User space sets max_entries.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, struct over);
} ended_connections SEC(".maps");

_Static_assert(__builtin_offsetof(struct et_net_closed, bytes_sent) == sizeof(struct et_net),
	       "a connection that is closed begins as any does");

static __always_inline bool closed_has_begun_to_end(int state)
{
	return state == TCP_FIN_WAIT1 || state == TCP_FIN_WAIT2 || state == TCP_CLOSING ||
	       state == TCP_LAST_ACK;
}

/*
 * The number of bytes that the process has passed to the kernel for sending, including those still
 * queued:
 *
 *	bytes_acked + (write_seq - snd_una) - FIN - SYN
 *
 * bytes_acked is the number of acknowledged bytes, with 64 bits. The difference of the 32-bit
 * sequence numbers is the number of bytes that are not acknowledged yet.
 *
 * FIN is 1 if the end of the stream is queued: it takes a sequence number like a byte. SYN is 1 if
 * bytes_acked counts the beginning of the stream, which is so only on the side that opened the
 * connection. No struct member shows which side this is. But bytes_sent never includes SYN and FIN,
 * so the sum above is equal to:
 *
 *	bytes_sent - bytes_retrans + (bytes that are queued and were never sent)
 *
 * SYN is calculated from this equation. The second sum alone is not enough: if this host drops a
 * segment, bytes_sent counts the segment's bytes twice.
 *
 * If the socket is not locked, acknowledgements can arrive between the reads. Then the members do
 * not fit together, and all are read again.
 */
static __always_inline __u64 closed_accepted(const struct tcp_sock *tp, int state)
{
	__u32 end = closed_has_begun_to_end(state);
	__u64 numbered = 0;

	for (int i = 0; i < 3; i++) {
		__u32 unacked = et_read(tp, snd_una), queued = et_read(tp, write_seq);
		__u32 next = et_read(tp, snd_nxt);
		__u64 sent = et_read(tp, bytes_sent) - et_read(tp, bytes_retrans);
		__s32 not_sent = queued - next;
		__s64 begin;

		numbered = et_read(tp, bytes_acked) + (__u32)(queued - unacked) - end;
		/* not_sent includes a FIN that is still queued: subtract it, as it is no byte. */
		begin = numbered - (sent + not_sent - (not_sent ? end : 0));
		if (begin == 0 || begin == 1)
			return numbered - begin;
	}
	return numbered;
}

/* Fill @net from the socket @sk. @state: the socket's state before it was closed. */
static __always_inline void closed_fill(struct et_net_closed *net, const struct sock *sk, int state)
{
	const struct tcp_sock *tp = (const struct tcp_sock *)sk;
	__u64 received = et_read(tp, bytes_received);

	et_fill_net((struct et_net *)net, sk);
	net->bytes_sent = closed_accepted(tp, state);
	/* The kernel counts the FIN of the other side as one more received byte. */
	if (received && et_sock_flag(sk, SOCK_DONE))
		received--;
	net->bytes_received = received;
}

static __always_inline int closed_emit(const struct et_net_closed *net)
{
	const struct task_struct *task = et_current();
	struct et_network_connection_closed *ev;
	struct et_emit em;

	if (et_skips(ET_NETWORK_CONNECTION_CLOSED, task))
		return 0;
	ev = et_emit_begin(&em, NETWORK_CONNECTION_CLOSED, network_connection_closed, 0);
	if (!ev)
		return 0;
	et_fill_pids(&ev->pids, task);
	et_fill_filtered(ev, task);
	ev->net = *net;
	et_emit_submit(&em);
	return 0;
}

/*
 * The saved connection of a socket, or NULL. @typed: the BPF program got @sk as a typed argument,
 * which socket storage requires. A kprobe gets no typed arguments; if a kprobe is in use,
 * et_config.sock_storage is false.
 */
static __always_inline struct over *closed_find(struct sock *sk, bool typed)
{
	__u64 key = (__u64)sk;

	if (et_config.sock_storage && typed)
		return bpf_sk_storage_get(&ended_sockets, sk, NULL, 0);
	return bpf_map_lookup_elem(&ended_connections, &key);
}

/*
 * Delete the saved connection of a socket, and copy it to @ret, which may be NULL. Returns false if
 * no connection is saved.
 */
static __always_inline bool closed_take(struct sock *sk, struct et_net_closed *ret, bool typed)
{
	struct over *found = closed_find(sk, typed);
	__u64 key = (__u64)sk;

	if (!found || !found->valid)
		return false;
	found->valid = 0;
	if (ret)
		*ret = found->net;
	et_sock_entries_remove(ET_SOCK_ENDED, found->uid);
	if (!et_config.sock_storage || !typed)
		bpf_map_delete_elem(&ended_connections, &key);
	return true;
}

static __always_inline struct over *closed_make(struct sock *sk, __u32 uid)
{
	static const struct over empty = {};
	__u64 key = (__u64)sk;

	if (et_config.sock_storage)
		return bpf_sk_storage_get(&ended_sockets, sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);
	if (!et_sock_entries_have_room(ET_SOCK_ENDED, uid) ||
	    bpf_map_update_elem(&ended_connections, &key, &empty, BPF_NOEXIST))
		return NULL;
	return bpf_map_lookup_elem(&ended_connections, &key);
}

/*
 * True for the TCP socket of one path of an MPTCP connection. Its close is no event: MPTCP closes a
 * path that it no longer needs, often in a kernel thread, while the connection stays open.
 */
static __always_inline bool closed_is_path(const struct sock *sk)
{
	const struct tcp_sock *tp = (const struct tcp_sock *)sk;

	return bpf_core_field_exists(tp->is_mptcp) && et_read(tp, is_mptcp);
}

/*
 * True if the socket option SO_LINGER makes tcp_close() wait between its first and its last change
 * of the state. Then a change to TCP_CLOSE can be the end of a close that was already reported, so
 * it is not reported. The close of a shut-down socket with unread data looks the same, and is not
 * reported either.
 */
static __always_inline bool closed_lingers(const struct sock *sk)
{
	return et_sock_flag(sk, SOCK_LINGER) && et_read(sk, sk_lingertime);
}

/*
 * Save a connection whose state becomes TCP_CLOSE other than by tcp_close(). @was: the previous
 * state. @released: true if the last reference to the socket's file is dropped. @tells: true if
 * this function counts a lost event when the map has no room.
 */
static __always_inline void closed_remember(struct sock *sk, int was, bool released, bool tells)
{
	__u32 uid = et_sock_uid(sk);
	struct over *over;

	/*
	 * The process has closed the socket earlier, and the close is already reported. Only now
	 * the connection ends in the network too.
	 */
	if (closed_has_begun_to_end(was) &&
	    (!et_read(sk, sk_socket) || (released && closed_lingers(sk))))
		return;
	if (was == TCP_SYN_SENT && !et_sock_sent_syn(sk))
		return;
	closed_take(sk, NULL, true);
	over = closed_make(sk, uid);
	if (!over) {
		et_refused(ET_TABLE_CONNECTIONS_OVER);
		/*
		 * With filters, count no lost event: it is unknown which task will close the
		 * socket, and whether a filter drops that event.
		 */
		if (tells && !et_config.filters.used)
			et_lost_as(ET_NETWORK_CONNECTION_CLOSED, ET_LOST_CAUSE_PENDING_FULL, 1);
		return;
	}
	closed_fill(&over->net, sk, was);
	over->uid = uid;
	over->valid = 1;
	et_sock_entries_add(ET_SOCK_ENDED, uid);
}

/* True if this is the first change of the socket's state by tcp_close(). */
static __always_inline bool closed_is_now(const struct sock *sk, int was, int is)
{
	if (!closed_has_begun_to_end(was) || was == is)
		return true;
	return is == TCP_CLOSE && !closed_lingers(sk);
}

static __always_inline int closed_state(struct sock *sk, int was, int is, bool tells)
{
	struct et_net_closed net = {};
	struct file *file;
	bool released;

	/* Ignore listening sockets and sockets that had no connection yet. */
	if (was == TCP_LISTEN || (was == TCP_CLOSE && is != TCP_SYN_SENT) || !et_sock_is_tcp(sk) ||
	    closed_is_path(sk))
		return 0;
	if (is == TCP_SYN_SENT) {
		if (closed_take(sk, &net, true))
			closed_emit(&net);
		return 0;
	}
	file = et_sock_file(sk);
	released = file && et_file_is_released(file);
	if (released && et_sock_is_owned(sk)) {
		if (!tells || !closed_is_now(sk, was, is))
			return 0;
		closed_fill(&net, sk, was);
		return closed_emit(&net);
	}
	if (is == TCP_CLOSE)
		closed_remember(sk, was, released, tells);
	return 0;
}

SEC("?tp_btf/inet_sock_set_state")
int closed_state_tp_btf(__u64 *ctx)
{
	return closed_state((void *)ctx[0], ctx[1], ctx[2], true);
}

/*
 * Runs when the kernel destroys a socket. If a process holds the socket's lock, tcp_close()
 * destroys the socket, so this is a close. Otherwise no process had the socket open.
 */
SEC("?tp_btf/tcp_destroy_sock")
int closed_destroy_tp_btf(__u64 *ctx)
{
	struct sock *sk = (void *)ctx[0];
	struct et_net_closed net;

	if (closed_take(sk, &net, true) && et_sock_is_owned(sk))
		closed_emit(&net);
	return 0;
}

/* ---- if tcp_close() can be hooked ----------------------------------------------------- */

static __always_inline bool closed_has_carried(const struct sock *sk)
{
	const struct tcp_sock *tp = (const struct tcp_sock *)sk;

	return et_read(tp, bytes_sent) || et_read(tp, bytes_received);
}

/*
 * Called when a process closes a socket in TCP_CLOSE for which no connection is saved. Count a lost
 * event if the map was ever full and the socket was connected. Only a socket that was connected has
 * a sequence number (write_seq).
 */
static __always_inline void closed_unremembered(const struct sock *sk)
{
	const struct tcp_sock *tp = (const struct tcp_sock *)sk;

	if (et_has_refused(ET_TABLE_CONNECTIONS_OVER) && et_read(tp, write_seq) &&
	    !et_skips(ET_NETWORK_CONNECTION_CLOSED, et_current()))
		et_lost_as(ET_NETWORK_CONNECTION_CLOSED, ET_LOST_CAUSE_PENDING_FULL, 1);
}

/* At the entry of tcp_close(). A socket without a file belongs to the kernel and is ignored. */
static __always_inline int closed_body(struct sock *sk, bool typed)
{
	int state = et_sock_state(sk);
	struct et_net_closed net = {};
	bool over;

	if (state == TCP_LISTEN || !et_sock_file(sk) || !et_sock_is_tcp(sk) || closed_is_path(sk))
		return 0;
	over = closed_take(sk, &net, typed);
	/*
	 * This socket was probably never connected. If it was connected and its connection ended
	 * before the BPF programs were attached, it has sent or received bytes. Such a socket is
	 * reported below.
	 */
	if (state == TCP_CLOSE && !over && !closed_has_carried(sk)) {
		closed_unremembered(sk);
		return 0;
	}
	if (state != TCP_CLOSE || !over)
		closed_fill(&net, sk, state);
	return closed_emit(&net);
}

SEC("?fentry")
int BPF_PROG(closed_fentry, struct sock *sk)
{
	return closed_body(sk, true);
}

SEC("?kprobe")
int BPF_KPROBE(closed_kprobe, struct sock *sk)
{
	return closed_body(sk, false);
}

SEC("?tp_btf/inet_sock_set_state")
int closed_remember_tp_btf(__u64 *ctx)
{
	return closed_state((void *)ctx[0], ctx[1], ctx[2], false);
}

SEC("?tp_btf/tcp_destroy_sock")
int closed_forget_tp_btf(__u64 *ctx)
{
	closed_take((void *)ctx[0], NULL, true);
	return 0;
}
