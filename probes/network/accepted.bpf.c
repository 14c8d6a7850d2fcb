// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * NETWORK_CONNECTION_ACCEPTED: a process accepts a TCP connection.
 *
 * A process gets a waiting connection when the kernel grafts it onto a struct socket. The kernel
 * then calls security_sock_graft() in the accepting task. A kernel without security modules has no
 * such function; there a program hooks the return of inet_csk_accept(). That program misses tasks
 * that already wait in inet_csk_accept() when it is attached. A kretprobe also misses waiting tasks
 * beyond its limit, twice the number of CPUs.
 *
 * If no function can be hooked, a program at the exit of accept(2) and accept4(2) finds the socket
 * by the returned descriptor. This program does not see connections that io_uring or a 32-bit
 * program accepts.
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
	/* The work of kernel threads, such as those of file servers, belongs to no process. */
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
 * inet_csk_accept() had four parameters until 6.10 and has two since: commit 92ef0fd55ac8 ("net:
 * change proto and proto_ops accept type"). The return value follows the parameters.
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
