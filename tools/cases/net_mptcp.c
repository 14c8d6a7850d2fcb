/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A server that would take connections of several paths (MPTCP), and is given one of TCP: that is
 * what its clients mostly have. Where the kernel has no MPTCP there is nothing to see.
 */
#include "tools/cases/tcp.h"

#include <errno.h>
#include <netinet/in.h>
#include <unistd.h>

#ifndef IPPROTO_MPTCP
# define IPPROTO_MPTCP 262
#endif

int main(int argc, char **argv, char **envp)
{
	struct sockaddr_in addr = { .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct tcp_pair pair;
	int listener;

	(void)argc;
	account_begin(argv, envp);
	tcp_own_network();
	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_MPTCP);
	if (listener < 0) {
		CHECK(errno == EPROTONOSUPPORT);
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
	close(listener);
	return account_end();
}
