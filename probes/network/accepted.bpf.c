// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * NETWORK_CONNECTION_ACCEPTED: a process accepts a TCP connection.
 *
 * When a process accepts a connection, the kernel calls security_sock_graft() in the accepting
 * task. A kernel without security modules has no such function; then a BPF program hooks the return
 * of inet_csk_accept(). This BPF program misses tasks that already wait in inet_csk_accept() when
 * it is attached. As a kretprobe, it can also follow only a limited number of waiting tasks at
 * once.
 *
 * If no kernel function can be hooked, a BPF program at the exit of accept(2) and accept4(2) finds
 * the socket by the returned descriptor. It does not see connections that are accepted by io_uring
 * or in a 32-bit system call.
 */
#include "probes/core/emit.bpf.h"
#include "probes/core/filter.bpf.h"
#include "probes/core/syscall.bpf.h"
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
	/*
	 * Ignore kernel threads, such as those of file servers: their work belongs to no process.
	 */
	if (et_is_kthread(task) || et_skips(ET_NETWORK_CONNECTION_ACCEPTED, task))
		return 0;
	ev = et_emit_begin(&em, NETWORK_CONNECTION_ACCEPTED, network_connection_accepted, 0);
	if (!ev)
		return 0;
	et_fill_pids(&ev->pids, task);
	et_fill_filtered(ev, task);
	et_fill_net(&ev->net, sk);
	et_emit_submit(&em);
	return 0;
}

SEC("?tracepoint")
int accepted_tp(void *ctx)
{
	long fd = et_exit_ret(ctx);

	return fd < 0 ? 0 : accepted_body(et_sock_of_fd(et_current(), fd));
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
 * The kernel has this type since 6.10. Since then, inet_csk_accept() has two parameters instead of
 * four: commit 92ef0fd55ac8 ("net: change proto and proto_ops accept type"). In a fexit program's
 * context, the return value follows the parameters.
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
