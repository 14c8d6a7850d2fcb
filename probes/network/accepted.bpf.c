// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * NETWORK_CONNECTION_ACCEPTED
 *
 * A connection that a listening socket has ready becomes a process's own when it is grafted onto a
 * struct socket: security_sock_graft() sees that, and whoever asks for it. A kernel without hooks
 * for security modules has no such function; there inet_csk_accept() returns it, of which is not
 * seen who waits in it when the program is attached, nor, by a kretprobe, more of those that wait
 * than the kernel has room for, twice the number of CPUs.
 *
 * Where no function can be hooked, the end of accept(2) and accept4(2) is, and the socket found by
 * the descriptor that they return. What is accepted through io_uring or by a 32-bit program does
 * not pass there.
 */
#include "probes/core/emit.bpf.h"
#include "probes/core/filter.bpf.h"
#include "probes/core/task.bpf.h"
#include "probes/network/fd.bpf.h"
#include "probes/network/sock.bpf.h"

static __always_inline int accepted_body(const struct sock *sk)
{
	struct et_network_connection_accepted *ev;
	const struct task_struct *task;
	struct et_emit em;

	if (sk)
		sk = et_sock_first_path(sk);
	if (!sk || !et_sock_is_tcp(sk))
		return 0;
	task = et_current();
	/* File servers and the like: no process's doing. */
	if (et_is_kthread(task) || et_skips(ET_NETWORK_CONNECTION_ACCEPTED, task))
		return 0;
	ev = et_emit_begin(&em, NETWORK_CONNECTION_ACCEPTED, network_connection_accepted, 0);
	if (!ev)
		return 0;
	et_fill_pids(&ev->pids, task);
	et_fill_creds(&ev->creds, task);
	et_fill_net(&ev->net, sk);
	et_fill_comm(ev->comm, task);
	et_emit_submit(&em);
	return 0;
}

SEC("?tracepoint")
int accepted_tp(struct trace_event_raw_sys_exit *ctx)
{
	if (ctx->ret < 0)
		return 0;
	return accepted_body(et_sock_of_fd(et_current(), ctx->ret));
}

SEC("?fentry")
int BPF_PROG(accepted_graft_fentry, struct sock *sk)
{
	return accepted_body(sk);
}

SEC("?kprobe")
int BPF_KPROBE(accepted_graft_kprobe, struct sock *sk)
{
	return accepted_body(sk);
}

/*
 * inet_csk_accept() had four parameters until 6.10, where they became two: commit 92ef0fd55ac8
 * ("net: change proto and proto_ops accept type"). What it returns stands behind them.
 */
struct proto_accept_arg___since_6_10 {
};

SEC("?fexit")
int accepted_fexit(__u64 *ctx)
{
	if (bpf_core_type_exists(struct proto_accept_arg___since_6_10))
		return accepted_body((const struct sock *)ctx[2]);
	return accepted_body((const struct sock *)ctx[4]);
}

SEC("?kretprobe")
int BPF_KRETPROBE(accepted_kretprobe, struct sock *sk)
{
	return accepted_body(sk);
}
