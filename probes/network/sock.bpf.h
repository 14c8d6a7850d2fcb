/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reads TCP sockets: their owner, state and addresses. */
#ifndef ET_SOCK_BPF_H
#define ET_SOCK_BPF_H

#include <bpf/bpf_endian.h>

#include "probes/core/compat.bpf.h"
#include "probes/core/config.bpf.h"

/* Address families: include/linux/socket.h */
#define AF_INET  2
#define AF_INET6 10

/* value of icsk_pending while the retransmission timer runs: include/net/inet_connection_sock.h */
#define ICSK_TIME_RETRANS 1

/*
 * True for a TCP socket over IPv4 or IPv6. An MPTCP connection, which uses several paths, has one
 * TCP socket for each path and an MPTCP socket above them. For the MPTCP socket the result is
 * false.
 */
static __always_inline bool et_sock_is_tcp(const struct sock *sk)
{
	__u16 family = et_read(sk, __sk_common.skc_family);

	return (family == AF_INET || family == AF_INET6) && et_read(sk, sk_protocol) == IPPROTO_TCP;
}

/*
 * For an MPTCP socket, whose connection uses several paths: the TCP socket of the first path. For
 * any other socket: the socket itself.
 */
static __always_inline const struct sock *et_sock_first_path(const struct sock *sk)
{
	const struct mptcp_sock *msk = (const struct mptcp_sock *)sk;

	if (!bpf_core_field_exists(msk->first) || et_read(sk, sk_protocol) != IPPROTO_MPTCP)
		return sk;
	return et_read(msk, first);
}

static __always_inline int et_sock_state(const struct sock *sk)
{
	return et_read(sk, __sk_common.skc_state);
}

static __always_inline bool et_sock_flag(const struct sock *sk, enum sock_flags flag)
{
	return et_read(sk, __sk_common.skc_flags) & 1UL << flag;
}

/*
 * True if a process holds the socket's lock (lock_sock()). Then the current task belongs to this
 * process, because code for arriving packets waits until the process releases the lock.
 */
static __always_inline bool et_sock_is_owned(const struct sock *sk)
{
	return et_read(sk, sk_lock.owned);
}

/*
 * The open file of a socket. NULL if the socket is not accepted yet, is already closed, or belongs
 * to the kernel.
 */
static __always_inline struct file *et_sock_file(const struct sock *sk)
{
	const struct socket *socket = et_read(sk, sk_socket);

	return socket ? et_read(socket, file) : NULL;
}

static __always_inline bool et_is_v4_mapped(const struct in6_addr *addr)
{
	return !addr->in6_u.u6_addr32[0] && !addr->in6_u.u6_addr32[1] &&
	       addr->in6_u.u6_addr32[2] == bpf_htonl(0xffff);
}

static __always_inline void et_fill_v4_mapped(__u8 to[16], __be32 addr)
{
	__u32 *words = (__u32 *)to;

	words[0] = 0;
	words[1] = 0;
	words[2] = bpf_htonl(0xffff);
	words[3] = addr;
}

static __always_inline void et_fill_v6(__u8 to[16], const struct in6_addr *addr)
{
	for (int i = 0; i < 4; i++)
		((__u32 *)to)[i] = addr->in6_u.u6_addr32[i];
}

/*
 * True if the connection uses IPv6. False for an IPv4 connection through an IPv6 socket. A kernel
 * without IPv6 lacks the field skc_v6_daddr.
 */
static __always_inline bool et_sock_is_v6(const struct sock *sk)
{
	struct in6_addr peer = {};

	if (!bpf_core_field_exists(sk->__sk_common.skc_v6_daddr) ||
	    et_read(sk, __sk_common.skc_family) != AF_INET6)
		return false;
	peer = et_read(sk, __sk_common.skc_v6_daddr);
	return !et_is_v4_mapped(&peer);
}

/*
 * Fill the addresses and ports of a connection. The local port is read from inet_sport and not from
 * skc_num. skc_num becomes 0 when the socket releases its port, before the state becomes TCP_CLOSE.
 */
static __always_inline void et_fill_net(struct et_net *net, const struct sock *sk)
{
	const struct inet_sock *inet = (const struct inet_sock *)sk;

	net->transport = ET_TRANSPORT_TCP;
	net->source_port = bpf_ntohs(et_read(inet, inet_sport));
	net->destination_port = bpf_ntohs(et_read(sk, __sk_common.skc_dport));
	net->network_namespace = et_read(sk, __sk_common.skc_net.net, ns.inum);
	if (et_sock_is_v6(sk)) {
		struct in6_addr local = et_read(sk, __sk_common.skc_v6_rcv_saddr);
		struct in6_addr peer = et_read(sk, __sk_common.skc_v6_daddr);

		net->family = ET_FAMILY_AF_INET6;
		et_fill_v6(net->source_address, &local);
		et_fill_v6(net->destination_address, &peer);
	} else {
		net->family = ET_FAMILY_AF_INET;
		et_fill_v4_mapped(net->source_address, et_read(sk, __sk_common.skc_rcv_saddr));
		et_fill_v4_mapped(net->destination_address, et_read(sk, __sk_common.skc_daddr));
	}
}

/*
 * True if the attempt to connect has sent a packet. A socket gets the state TCP_SYN_SENT even if
 * the kernel then finds no port or route. In that case connect(2) fails, nothing is sent, and the
 * state goes back to TCP_CLOSE. Such a socket has no error from the network, and its retransmission
 * timer does not run. Call this before the state changes.
 */
static __always_inline bool et_sock_sent_syn(const struct sock *sk)
{
	const struct inet_connection_sock *icsk = (const struct inet_connection_sock *)sk;

	return et_read(sk, sk_err) || et_read(icsk, icsk_pending) == ICSK_TIME_RETRANS;
}

#endif /* ET_SOCK_BPF_H */
