/* SPDX-License-Identifier: BSD-2-Clause */
/* TCP for a case, on the loopback interface. */
#ifndef TOOLS_CASES_TCP_H
#define TOOLS_CASES_TCP_H

#include "tools/cases/account.h"

#include <stddef.h>
#include <sys/socket.h>

enum tcp_kind {
	TCP_V4,
	TCP_V6,
	TCP_MAPPED, /* IPv4 through sockets of IPv6 */
	TCP_KINDS,
};

/*
 * True if the calling process's network namespace supports @kind. If the kernel lacks IPv6,
 * account_cannot() is called. A namespace of its own has IPv6 if the kernel does.
 */
bool tcp_has(enum tcp_kind kind);

/* @kind if there is IPv6, else TCP_V4. */
enum tcp_kind tcp_or_v4(enum tcp_kind kind);

/*
 * Move to a new network namespace that has only a loopback interface, which is up. IPv6 is on,
 * whatever the machine's settings are.
 */
void tcp_own_network(void);

/* Write one or several numbers to a file below /proc/sys/net. */
void tcp_sysctl(const char *name, const char *value);

/* A socket that is neither bound nor connected. @flags: SOCK_NONBLOCK or 0. */
int tcp_socket(enum tcp_kind kind, int flags);

/*
 * A socket bound to a port that the kernel chooses, at the loopback interface's address or at any
 * address.
 */
int tcp_bound(enum tcp_kind kind, int flags, bool any_address);

/* The same at any address and at the caller's port, which it keeps between connections. */
int tcp_bound_to(enum tcp_kind kind, int port);

/* A socket that also listens, at the loopback interface's address. */
int tcp_listen(enum tcp_kind kind, int backlog);

/* connect(2) to the port that @to is bound to. */
int tcp_connect(enum tcp_kind kind, int fd, int to);

/* The account's data for a connection, read from its socket. */
void tcp_connection(int fd, struct account_connection *ret);

/* The same if the socket cannot be asked: it is bound, and about to be connected to @to's port. */
void tcp_connection_to(int fd, int to, struct account_connection *ret);

/* The connection as its other end sees it. */
void tcp_mirror(struct account_connection *conn);

/* Both ends of a connection, the account's data for each, and the bytes in each direction. */
struct tcp_pair {
	int client, server;
	struct account_connection client_conn, server_conn;
	unsigned int up, down; /* from client to server, and back */
};

/*
 * Connect to a listening socket and accept there, in the calling thread; add both to the account.
 */
void tcp_pair(enum tcp_kind kind, int listener, struct tcp_pair *ret);

/* Send that many bytes from one end to the other, and read them there. */
void tcp_pair_up(struct tcp_pair *pair, size_t bytes);
void tcp_pair_down(struct tcp_pair *pair, size_t bytes);

/* Close an end, and add it to the account. */
void tcp_close_client(struct tcp_pair *pair);
void tcp_close_server(struct tcp_pair *pair);

/* Read until the peer has closed; CHECK that no data comes before that. */
void tcp_expect_end(int fd);

#endif /* TOOLS_CASES_TCP_H */
