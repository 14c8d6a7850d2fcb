/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Connections of IPv4, of IPv6, and of IPv4 through IPv6 sockets; blocking and non-blocking; in the
 * host's network namespace and in a new one. Events count only the bytes of the stream, in each
 * direction.
 */
#include "tools/cases/tcp.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

static void blocking(enum tcp_kind kind)
{
	int listener = tcp_listen(kind, 8);
	struct tcp_pair pair;

	tcp_pair(kind, listener, &pair);
	tcp_pair_up(&pair, 5);
	tcp_pair_down(&pair, 100000);
	tcp_close_client(&pair);
	tcp_expect_end(pair.server);
	tcp_close_server(&pair);

	/* The accepting end closes first, and no data is sent. */
	tcp_pair(kind, listener, &pair);
	tcp_close_server(&pair);
	tcp_expect_end(pair.client);
	tcp_close_client(&pair);
	close(listener);
}

static void non_blocking(enum tcp_kind kind)
{
	int listener = tcp_listen(kind, 8), fd = tcp_socket(kind, SOCK_NONBLOCK);
	struct pollfd poll_fd = { .fd = fd, .events = POLLOUT };
	struct account_connection conn;

	CHECK(tcp_connect(kind, fd, listener) == -1 && errno == EINPROGRESS);
	CHECK(poll(&poll_fd, 1, 10000) == 1 && poll_fd.revents == POLLOUT);
	CHECK(tcp_connect(kind, fd, listener) == 0);
	CHECK(tcp_connect(kind, fd, listener) == -1 && errno == EISCONN);
	tcp_connection(fd, &conn);
	account_attempted(&conn);
	CHECK(write(fd, "abc", 3) == 3);
	close(fd);
	account_closed(&conn, 3, 0);
	close(listener);
}

static void all_kinds(void)
{
	for (enum tcp_kind kind = TCP_V4; kind < TCP_KINDS; kind++) {
		if (!tcp_has(kind))
			continue;
		blocking(kind);
		non_blocking(kind);
	}
}

int main(int argc, char **argv, char **envp)
{
	(void)argc;
	account_begin(argv, envp);
	all_kinds();
	tcp_own_network();
	all_kinds();
	return account_end();
}
