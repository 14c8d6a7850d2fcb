/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/hooks/hook_rows.h"

/*
 * What the rows of NETWORK_CONNECTION_CLOSED have in common: the BTF names that they need, the
 * maps, and two BPF programs. closed_remember_tp_btf saves a connection that ends before its socket
 * is closed. closed_forget_tp_btf deletes it when the kernel destroys the socket.
 */
#define CLOSED_NEEDS    NEEDS("btf_trace_inet_sock_set_state", "btf_trace_tcp_destroy_sock")
#define CLOSED_MAPS     (ET_MAP_ENDED_CONNECTIONS | ET_MAP_ENDED_SOCKETS)
#define CLOSED_REMEMBER TP_BTF("closed_forget_tp_btf"), TP_BTF("closed_remember_tp_btf")

/* clang-format off */
static const struct et_hook_candidate rows[] = {
	{
		.event_id = ET_NETWORK_CONNECTION_ATTEMPTED, .kind = ET_ATTACH_FENTRY,
		.hook = "fexit/tcp_v{4,6}_connect",
		PROGRAMS(FUNC("attempted_v4_fexit", "tcp_v4_connect"),
			 FUNC("attempted_v6_fexit", "tcp_v6_connect")),
	},
	{
		.event_id = ET_NETWORK_CONNECTION_ATTEMPTED, .kind = ET_ATTACH_KPROBE,
		.hook = "k{,ret}probe/tcp_v{4,6}_connect",
		.maps = ET_MAP_CONNECTING,
		PROGRAMS(FUNC("attempted_kretprobe", "tcp_v4_connect"),
			 FUNC("attempted_kretprobe", "tcp_v6_connect"),
			 FUNC("attempted_kprobe", "tcp_v4_connect"),
			 FUNC("attempted_kprobe", "tcp_v6_connect")),
	},
	{
		.event_id = ET_NETWORK_CONNECTION_ATTEMPTED, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tp_btf/inet_sock_set_state, tracepoint/syscalls/sys_exit_connect",
		NEEDS("btf_trace_inet_sock_set_state"),
		.maps = ET_MAP_ATTEMPTS,
		PROGRAMS(TP_BTF("attempted_state_tp_btf"),
			 EXIT_IF("attempted_connect_tp", "connect"),
			 { .program = "attempted_again_tp_btf", .optional = true }),
	},
	{
		.event_id = ET_NETWORK_CONNECTION_ACCEPTED, .kind = ET_ATTACH_FENTRY,
		.hook = "fentry/security_sock_graft",
		PROGRAMS(FUNC("accepted_graft_fentry", "security_sock_graft")),
	},
	{
		.event_id = ET_NETWORK_CONNECTION_ACCEPTED, .kind = ET_ATTACH_FENTRY,
		.hook = "fexit/inet_csk_accept",
		PROGRAMS(FUNC("accepted_fexit", "inet_csk_accept")),
	},
	{
		.event_id = ET_NETWORK_CONNECTION_ACCEPTED, .kind = ET_ATTACH_KPROBE,
		.hook = "kprobe/security_sock_graft",
		PROGRAMS(FUNC("accepted_graft_kprobe", "security_sock_graft")),
	},
	{
		.event_id = ET_NETWORK_CONNECTION_ACCEPTED, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tracepoint/syscalls/sys_exit_{accept,accept4}",
		PROGRAMS(EXIT("accepted_tp", "accept"), EXIT("accepted_tp", "accept4")),
	},
	/*
	 * This candidate (set of hooks) for accepted connections comes last. A task may sleep in
	 * accept(2) for any time, and while many do, a kretprobe misses other calls.
	 */
	{
		.event_id = ET_NETWORK_CONNECTION_ACCEPTED, .kind = ET_ATTACH_KPROBE,
		.hook = "kretprobe/inet_csk_accept",
		PROGRAMS(FUNC("accepted_kretprobe", "inet_csk_accept")),
	},
	{
		.event_id = ET_NETWORK_CONNECTION_CLOSED, .kind = ET_ATTACH_FENTRY,
		.hook = "fentry/tcp_close",
		CLOSED_NEEDS,
		.maps = CLOSED_MAPS,
		PROGRAMS(FUNC("closed_fentry", "tcp_close"), CLOSED_REMEMBER),
	},
	{
		.event_id = ET_NETWORK_CONNECTION_CLOSED, .kind = ET_ATTACH_KPROBE,
		.hook = "kprobe/tcp_close",
		CLOSED_NEEDS,
		.maps = CLOSED_MAPS,
		PROGRAMS(FUNC("closed_kprobe", "tcp_close"), CLOSED_REMEMBER),
	},
	{
		.event_id = ET_NETWORK_CONNECTION_CLOSED, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tp_btf/{inet_sock_set_state,tcp_destroy_sock}",
		CLOSED_NEEDS,
		.maps = CLOSED_MAPS,
		PROGRAMS(TP_BTF("closed_destroy_tp_btf"), TP_BTF("closed_state_tp_btf")),
	},
};
/* clang-format on */

HOOK_TABLE(network, rows);
