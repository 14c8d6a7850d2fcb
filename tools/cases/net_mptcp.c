/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A server for connections of several paths (MPTCP) with a TCP client, the most frequent kind. Then
 * a connection of several paths: the first path's attempt and accept are events, its close is not.
 * Without MPTCP in the kernel this case reports that, and does nothing.
 */
#include "tools/cases/tcp.h"

#include <errno.h>
#include <netinet/in.h>
#include <unistd.h>

#ifndef IPPROTO_MPTCP
# define IPPROTO_MPTCP 262
#endif

static int mptcp_socket(void)
{
	return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_MPTCP);
}

static void several_paths(int listener)
{
	int client = mptcp_socket(), server;
	struct account_connection conn;
	struct sockaddr_in addr;
	socklen_t len = sizeof(addr);

	CHECK(client >= 0);
	CHECK(getsockname(listener, (struct sockaddr *)&addr, &len) == 0);
	CHECK(connect(client, (struct sockaddr *)&addr, len) == 0);
	tcp_connection(client, &conn);
	account_attempted(&conn);
	server = accept(listener, NULL, NULL);
	CHECK(server >= 0);
	tcp_connection(server, &conn);
	account_accepted(&conn);
	CHECK(send(client, "paths", 5, 0) == 5);
	close(client);
	close(server);
}

int main(int argc, char **argv, char **envp)
{
	struct sockaddr_in addr = { .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct tcp_pair pair;
	int listener;

	(void)argc;
	account_begin(argv, envp);
	tcp_own_network();
	listener = mptcp_socket();
	if (listener < 0) {
		CHECK(errno == EPROTONOSUPPORT);
		account_cannot("no MPTCP in this kernel (socket is EPROTONOSUPPORT)");
		return account_end();
	}
	CHECK(bind(listener, (struct sockaddr *)&addr, sizeof(addr)) == 0);
	CHECK(listen(listener, 8) == 0);
	tcp_pair(TCP_V4, listener, &pair);
	tcp_pair_up(&pair, 5);
	tcp_pair_down(&pair, 6);
	tcp_close_client(&pair);
	tcp_expect_end(pair.server);
	tcp_close_server(&pair);
	several_paths(listener);
	close(listener);
	return account_end();
}
