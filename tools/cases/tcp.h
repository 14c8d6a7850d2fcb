/* SPDX-License-Identifier: BSD-2-Clause */
/* TCP connections for a case, on the loopback interface. */
#ifndef TOOLS_CASES_TCP_H
#define TOOLS_CASES_TCP_H

#include "tools/cases/account.h"

#include <stddef.h>
#include <sys/socket.h>

enum tcp_kind {
	TCP_V4,
	TCP_V6,
	TCP_MAPPED, /* IPv4 through IPv6 sockets */
	TCP_KINDS,
};

/*
 * True if the network namespace of the calling process supports @kind. Calls account_cannot() if
 * the kernel lacks IPv6. After tcp_own_network(), IPv6 works if the kernel has it.
 */
bool tcp_has(enum tcp_kind kind);

/* @kind if tcp_has(@kind), else TCP_V4. */
enum tcp_kind tcp_or_v4(enum tcp_kind kind);

/*
 * Move to a new network namespace. It has only a loopback interface, which is up. IPv6 is enabled,
 * whatever the host's settings are.
 */
void tcp_own_network(void);

/* Write @value, one or several numbers, to the file @name below /proc/sys/net. */
void tcp_sysctl(const char *name, const char *value);

/* Make a socket that is neither bound nor connected. @flags: SOCK_NONBLOCK or 0. */
int tcp_socket(enum tcp_kind kind, int flags);

/*
 * Make a socket and bind it to a port that the kernel chooses. The address is that of the loopback
 * interface, or with @any_address the wildcard address.
 */
int tcp_bound(enum tcp_kind kind, int flags, bool any_address);

/*
 * The same with the wildcard address and a given port. The socket keeps this port when it is
 * connected again.
 */
int tcp_bound_to(enum tcp_kind kind, int port);

/* Make a listening socket, bound to the loopback interface's address. */
int tcp_listen(enum tcp_kind kind, int backlog);

/* connect(2) to the port that @to is bound to. */
int tcp_connect(enum tcp_kind kind, int fd, int to);

/* Read the account's data of a connection from its socket. */
void tcp_connection(int fd, struct account_connection *ret);

/*
 * The same for a socket that is bound and not connected yet. It is about to be connected to the
 * port of @to.
 */
void tcp_connection_to(int fd, int to, struct account_connection *ret);

/* Exchange source and destination. */
void tcp_mirror(struct account_connection *conn);

/* A connection: both ends, the account's data of each end, and the bytes in each direction. */
struct tcp_pair {
	int client, server;
	struct account_connection client_conn, server_conn;
	unsigned int up, down; /* bytes from client to server, and from server to client */
};

/*
 * Connect to a listening socket and accept the connection, both in the calling thread. Adds both
 * events to the account.
 */
void tcp_pair(enum tcp_kind kind, int listener, struct tcp_pair *ret);

/* Send @bytes bytes from one end to the other, and read them there. */
void tcp_pair_up(struct tcp_pair *pair, size_t bytes);
void tcp_pair_down(struct tcp_pair *pair, size_t bytes);

/* Close one end, and add the event to the account. */
void tcp_close_client(struct tcp_pair *pair);
void tcp_close_server(struct tcp_pair *pair);

/* Wait until the peer has closed the connection. CHECK that no data arrives before that. */
void tcp_expect_end(int fd);

#endif /* TOOLS_CASES_TCP_H */
