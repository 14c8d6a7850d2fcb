// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * NETWORK_CONNECTION_ATTEMPTED: a process begins to connect a TCP socket.
 *
 * If tcp_v4_connect() and tcp_v6_connect() cannot be hooked, the socket and the current process are
 * saved when the socket's state becomes TCP_SYN_SENT. At that time the local port is not chosen
 * yet, and the attempt may fail before the kernel sends a packet. So the attempt is reported later,
 * at the first of these:
 *
 *   - connect(2) returns;
 *   - the state changes again: the other side has answered or refused, the attempt has timed out,
 *     or the socket is closed;
 *   - the first packet is sent again, one second later.
 *
 * Attempts by sendto(2) with MSG_FASTOPEN and by io_uring, without connect(2), are reported too. If
 * the other side does not answer, these are reported one second late.
 */
#include "probes/core/emit.bpf.h"
#include "probes/core/filter.bpf.h"
#include "probes/core/syscall.bpf.h"
#include "probes/core/task.bpf.h"
#include "probes/network/fd.bpf.h"
#include "probes/network/sock_entry.bpf.h"
#include "probes/network/sock.bpf.h"

/* The process that attempts to connect a socket. */
struct attempt {
	struct et_pids pids;
	struct et_creds creds;
	char comm[16];
	__u64 cgroup_id;
	__u32 uid; /* user ID of the socket's owner, whose quota of map entries this entry uses */
	__u32 zero;
};

/*
 * Attempts that are not reported yet. The key is the address of the struct sock. An entry is
 * deleted at the latest when the socket leaves the state TCP_SYN_SENT. Each socket leaves this
 * state in the end. This is not socket storage, because the BPF program at the exit of connect(2)
 * has no typed pointer to the socket. User space sets max_entries.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2048);
	__type(key, __u64);
	__type(value, struct attempt);
} attempts SEC(".maps");

static __always_inline void attempt_fill(struct attempt *who, const struct task_struct *task)
{
	et_fill_pids(&who->pids, task);
	et_fill_filtered(who, task);
}

static __always_inline int attempted_emit(const struct sock *sk, const struct attempt *who)
{
	struct et_network_connection_attempted *ev;
	struct et_emit em;

	/*
	 * When the answer of the other side arrives, any task may be current. So count the record's
	 * bytes for the user who made the attempt.
	 */
	ev = et_emit_begin_for(&em, NETWORK_CONNECTION_ATTEMPTED, network_connection_attempted, 0,
			       ET_ACTOR_USER(who->creds.ruid));
	if (!ev)
		return 0;
	ev->pids = who->pids;
	ev->creds = who->creds;
	et_fill_net(&ev->net, sk);
	__builtin_memcpy(ev->comm, who->comm, sizeof(ev->comm));
	ev->cgroup_id = who->cgroup_id;
	et_emit_submit(&em);
	return 0;
}

/*
 * Delete the saved attempt of a socket, and report it if @tell is true. If several callers do this
 * at once, only one deletes the attempt and reports it.
 */
static __always_inline void attempted_take(const struct sock *sk, bool tell)
{
	__u64 key = (__u64)sk;
	struct attempt *found = bpf_map_lookup_elem(&attempts, &key);
	struct attempt who;

	if (!found)
		return;
	who = *found;
	if (bpf_map_delete_elem(&attempts, &key))
		return;
	et_sock_entries_remove(ET_SOCK_ATTEMPT, who.uid);
	if (tell)
		attempted_emit(sk, &who);
}

static __always_inline void attempted_remember(const struct sock *sk)
{
	const struct task_struct *task = et_current();
	struct attempt who = {};
	__u64 key = (__u64)sk;

	/*
	 * Ignore kernel threads, such as those of network file systems: their work belongs to no
	 * process.
	 */
	if (et_is_kthread(task) || et_skips(ET_NETWORK_CONNECTION_ATTEMPTED, task))
		return;
	attempt_fill(&who, task);
	who.uid = et_sock_uid(sk);
	if (et_sock_entries_have_room(ET_SOCK_ATTEMPT, who.uid)) {
		bool again = bpf_map_lookup_elem(&attempts, &key);

		if (!bpf_map_update_elem(&attempts, &key, &who, BPF_ANY)) {
			if (!again)
				et_sock_entries_add(ET_SOCK_ATTEMPT, who.uid);
			return;
		}
	}
	et_lost_no_room(ET_NETWORK_CONNECTION_ATTEMPTED, ET_TABLE_ATTEMPTS);
}

SEC("?tp_btf/inet_sock_set_state")
int attempted_state_tp_btf(__u64 *ctx)
{
	const struct sock *sk = (void *)ctx[0];
	int was = ctx[1], is = ctx[2];

	if (was != TCP_SYN_SENT && is != TCP_SYN_SENT)
		return 0;
	if (!et_sock_is_tcp(sk))
		return 0;
	if (is == TCP_SYN_SENT)
		attempted_remember(sk);
	else
		attempted_take(sk, is != TCP_CLOSE || et_sock_sent_syn(sk));
	return 0;
}

SEC("?tracepoint")
int attempted_connect_tp(void *ctx)
{
	const struct task_struct *task = et_current();
	const struct sock *sk = et_sock_of_fd(task, et_syscall_arg1(et_syscall_regs(task)));

	if (sk)
		attempted_take(sk, true);
	return 0;
}

SEC("?tp_btf/tcp_retransmit_skb")
int attempted_again_tp_btf(__u64 *ctx)
{
	const struct sock *sk = (void *)ctx[0];

	if (et_sock_state(sk) == TCP_SYN_SENT)
		attempted_take(sk, true);
	return 0;
}

/* ---- if tcp_v4_connect() and tcp_v6_connect() can be hooked --------------------------- */

/*
 * After tcp_v4_connect() or tcp_v6_connect() was successful: report the attempt. The kernel is
 * sending the first packet.
 */
static __always_inline int attempted_body(const struct sock *sk)
{
	const struct task_struct *task = et_current();
	struct attempt who = {};

	if (et_is_kthread(task) || et_skips(ET_NETWORK_CONNECTION_ATTEMPTED, task))
		return 0;
	attempt_fill(&who, task);
	return attempted_emit(sk, &who);
}

SEC("?fexit")
int BPF_PROG(attempted_v4_fexit, struct sock *sk, void *addr, int len, int ret)
{
	return ret ? 0 : attempted_body(sk);
}

/*
 * Ignore IPv4 addresses: for these, tcp_v6_connect() has called tcp_v4_connect(). The attempt was
 * reported at the return of tcp_v4_connect().
 */
SEC("?fexit")
int BPF_PROG(attempted_v6_fexit, struct sock *sk, void *addr, int len, int ret)
{
	return ret || !et_sock_is_v6(sk) ? 0 : attempted_body(sk);
}

/*
 * The socket that a task is connecting: the key is the task's address, the value is the address of
 * the struct sock.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u64);
	__type(value, __u64);
} connecting SEC(".maps");

SEC("?kprobe")
int BPF_KPROBE(attempted_kprobe, struct sock *sk)
{
	const struct task_struct *task = et_current();
	__u64 key = (__u64)task, socket = (__u64)sk;

	if (et_is_kthread(task) || !bpf_map_update_elem(&connecting, &key, &socket, BPF_ANY))
		return 0;
	if (!et_skips(ET_NETWORK_CONNECTION_ATTEMPTED, task))
		et_lost_no_room(ET_NETWORK_CONNECTION_ATTEMPTED, ET_TABLE_CONNECTS);
	return 0;
}

/*
 * At the return of tcp_v4_connect() and tcp_v6_connect(). If tcp_v6_connect() has called
 * tcp_v4_connect(), the entry is deleted at the return of tcp_v4_connect(). So only the return of
 * tcp_v4_connect() reports the attempt.
 */
SEC("?kretprobe")
int BPF_KRETPROBE(attempted_kretprobe, int ret)
{
	__u64 key = (__u64)et_current();
	__u64 *found = bpf_map_lookup_elem(&connecting, &key), socket;

	if (!found)
		return 0;
	socket = *found;
	bpf_map_delete_elem(&connecting, &key);
	return ret ? 0 : attempted_body((const struct sock *)socket);
}
