/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets without a TCP connection cause no event: other protocols, and sockets that were never
 * connected.
 */
#include "tools/cases/tcp.h"

#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/un.h>
#include <unistd.h>

static void unused(enum tcp_kind kind)
{
	int fd = tcp_socket(kind, 0);

	close(fd);
	fd = tcp_bound(kind, 0, true);
	close(fd);
	fd = tcp_listen(kind, 8);
	close(fd);
	/* shutdown(2) ends the listening before the socket is closed. */
	fd = tcp_listen(kind, 8);
	CHECK(shutdown(fd, SHUT_RDWR) == 0);
	close(fd);
}

static void udp(int family, const struct sockaddr *addr, socklen_t len)
{
	int server = socket(family, SOCK_DGRAM, 0), client = socket(family, SOCK_DGRAM, 0);
	struct sockaddr_storage at;
	socklen_t at_len = sizeof(at);
	char buf[8];

	CHECK(server >= 0 && client >= 0);
	CHECK(bind(server, addr, len) == 0);
	CHECK(getsockname(server, (struct sockaddr *)&at, &at_len) == 0);
	CHECK(connect(client, (struct sockaddr *)&at, at_len) == 0);
	CHECK(send(client, "udp", 3, 0) == 3);
	CHECK(recv(server, buf, sizeof(buf), 0) == 3);
	close(client);
	close(server);
}

static void unix_stream(void)
{
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0);
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	/* An abstract name begins with a NUL. */
	int n = snprintf(addr.sun_path + 1, sizeof(addr.sun_path) - 1, "net_none.%d", getpid());
	socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n);
	int server;
	char c;

	CHECK(listener >= 0 && client >= 0);
	CHECK(bind(listener, (struct sockaddr *)&addr, len) == 0);
	CHECK(listen(listener, 8) == 0);
	CHECK(connect(client, (struct sockaddr *)&addr, len) == 0);
	server = accept(listener, NULL, NULL);
	CHECK(server >= 0);
	CHECK(send(client, "", 1, 0) == 1 && recv(server, &c, 1, 0) == 1);
	close(client);
	close(server);
	close(listener);
}

static void all(void)
{
	const struct sockaddr_in v4 = { .sin_family = AF_INET,
					.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	const struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
					 .sin6_addr = IN6ADDR_LOOPBACK_INIT };

	for (enum tcp_kind kind = TCP_V4; kind < TCP_KINDS; kind++)
		if (tcp_has(kind))
			unused(kind);
	udp(AF_INET, (const struct sockaddr *)&v4, sizeof(v4));
	if (tcp_has(TCP_V6))
		udp(AF_INET6, (const struct sockaddr *)&v6, sizeof(v6));
	unix_stream();
}

int main(int argc, char **argv, char **envp)
{
	(void)argc;
	account_begin(argv, envp);
	all();
	tcp_own_network();
	all();
	return account_end();
}
