/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Failing attempts to connect: refused, without an answer, ended by the process, and repeated on
 * the same socket. Also an attempt without connect(2), by the first bytes (TCP Fast Open). A call
 * that fails before it sends a packet is no event.
 */
#include "tools/cases/tcp.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <unistd.h>

/*
 * The socket keeps the port that it was bound to. After a failed connect(2), the kernel clears the
 * address that it chose itself.
 */
static void refused(enum tcp_kind kind)
{
	int nobody = tcp_bound(kind, 0, false), fd = tcp_bound(kind, 0, true), error;
	socklen_t len = sizeof(error);
	struct account_connection conn;
	struct pollfd poll_fd;

	tcp_connection_to(fd, nobody, &conn);
	CHECK(tcp_connect(kind, fd, nobody) == -1 && errno == ECONNREFUSED);
	account_attempted(&conn);
	close(fd);
	account_closed(&conn, 0, 0);

	fd = tcp_bound(kind, SOCK_NONBLOCK, true);
	tcp_connection_to(fd, nobody, &conn);
	CHECK(tcp_connect(kind, fd, nobody) == -1 && errno == EINPROGRESS);
	poll_fd = (struct pollfd){ .fd = fd, .events = POLLOUT };
	CHECK(poll(&poll_fd, 1, 10000) == 1);
	CHECK(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 && error == ECONNREFUSED);
	account_attempted(&conn);
	close(fd);
	account_closed(&conn, 0, 0);
	close(nobody);
}

/* Several connections of one socket. The next connect(2) closes the connection before it. */
static void repeated(void)
{
	int nobody = tcp_bound(TCP_V4, 0, false), listener = tcp_listen(TCP_V4, 8);
	int fd = tcp_bound_to(TCP_V4, 1234);
	const struct sockaddr none = { .sa_family = AF_UNSPEC };
	struct account_connection conn;

	tcp_connection_to(fd, nobody, &conn);
	for (int i = 0; i < 2; i++) {
		CHECK(tcp_connect(TCP_V4, fd, nobody) == -1 && errno == ECONNREFUSED);
		if (i)
			account_closed(&conn, 0, 0);
		account_attempted(&conn);
	}
	CHECK(tcp_connect(TCP_V4, fd, listener) == 0);
	account_closed(&conn, 0, 0);
	tcp_connection(fd, &conn);
	account_attempted(&conn);
	CHECK(write(fd, "four", 4) == 4);
	CHECK(connect(fd, &none, sizeof(none)) == 0);
	/*
	 * connect(2) with AF_UNSPEC disconnects, and then close(2) follows. They are one event
	 * together.
	 */
	close(fd);
	account_closed(&conn, 4, 0);
	close(listener);
	close(nobody);
}

/*
 * A listening socket whose queue is full. With a backlog of 1, the queue holds two connections, and
 * the process does not accept them.
 */
static int deaf_listener(int queue[2], struct account_connection conns[2])
{
	int listener = tcp_listen(TCP_V4, 1);

	tcp_sysctl("ipv4/tcp_syncookies", "0");
	for (int i = 0; i < 2; i++) {
		queue[i] = tcp_socket(TCP_V4, 0);
		CHECK(tcp_connect(TCP_V4, queue[i], listener) == 0);
		tcp_connection(queue[i], &conns[i]);
		account_attempted(&conns[i]);
	}
	return listener;
}

/* Connect by sendto(2). The first bytes are in the first packet, or in one directly after it. */
static ssize_t send_first(int fd, int to)
{
	struct sockaddr_in addr;
	socklen_t len = sizeof(addr);

	CHECK(getsockname(to, (struct sockaddr *)&addr, &len) == 0);
	return sendto(fd, "hello", 5, MSG_FASTOPEN, (struct sockaddr *)&addr, len);
}

static void unanswered(void)
{
	struct account_connection queue_conns[2], conn;
	int queue[2], listener = deaf_listener(queue, queue_conns), fd, once = 1;
	uint64_t since;

	/* The kernel gives up after few retransmissions (TCP_SYNCNT), which takes seconds. */
	fd = tcp_bound(TCP_V4, 0, false);
	CHECK(setsockopt(fd, IPPROTO_TCP, TCP_SYNCNT, &once, sizeof(once)) == 0);
	tcp_connection_to(fd, listener, &conn);
	CHECK(tcp_connect(TCP_V4, fd, listener) == -1 && errno == ETIMEDOUT);
	account_attempted(&conn);
	close(fd);
	account_closed(&conn, 0, 0);

	/* The process ends the attempt. Its event is sent when connect(2) returns. */
	fd = tcp_bound(TCP_V4, SOCK_NONBLOCK, false);
	tcp_connection_to(fd, listener, &conn);
	since = account_now();
	CHECK(tcp_connect(TCP_V4, fd, listener) == -1 && errno == EINPROGRESS);
	account_attempted_since(&conn, since);
	close(fd);
	account_closed(&conn, 0, 0);

	/* Without connect(2), the event is sent with the first retransmission, after a second. */
	fd = tcp_bound(TCP_V4, SOCK_NONBLOCK, false);
	tcp_connection_to(fd, listener, &conn);
	since = account_now();
	CHECK(send_first(fd, listener) == -1 && errno == EINPROGRESS);
	usleep(1500000);
	account_attempted_since(&conn, since);
	close(fd);
	account_closed(&conn, 0, 0);

	/* shutdown(2) ends the attempt before the socket is closed. */
	fd = tcp_bound(TCP_V4, SOCK_NONBLOCK, false);
	tcp_connection_to(fd, listener, &conn);
	CHECK(tcp_connect(TCP_V4, fd, listener) == -1 && errno == EINPROGRESS);
	account_attempted(&conn);
	CHECK(shutdown(fd, SHUT_RDWR) == 0);
	close(fd);
	account_closed(&conn, 0, 0);

	for (int i = 0; i < 2; i++) {
		close(queue[i]);
		account_closed(&queue_conns[i], 0, 0);
	}
	close(listener);
}

static void fast_open(void)
{
	int listener = tcp_listen(TCP_V4, 8), queue = 8;
	struct account_connection conn, server_conn;

	CHECK(setsockopt(listener, IPPROTO_TCP, TCP_FASTOPEN, &queue, sizeof(queue)) == 0);
	/* The first attempt requests a cookie, and the second one uses it. */
	for (int i = 0; i < 2; i++) {
		int fd = tcp_bound(TCP_V4, 0, false), server;
		char buf[8];

		CHECK(send_first(fd, listener) == 5);
		tcp_connection(fd, &conn);
		account_attempted(&conn);
		server = accept(listener, NULL, NULL);
		CHECK(server >= 0);
		tcp_connection(server, &server_conn);
		account_accepted(&server_conn);
		CHECK(recv(server, buf, 5, MSG_WAITALL) == 5);
		close(fd);
		account_closed(&conn, 5, 0);
		close(server);
		account_closed(&server_conn, 0, 5);
	}
	close(listener);
}

/* connect(2) fails before it sends a packet, because it finds no route or no free port. */
static void impossible(void)
{
	const struct sockaddr_in nowhere = { .sin_family = AF_INET,
					     .sin_port = htons(9),
					     .sin_addr.s_addr = htonl(0xc0000201) };
	int listener = tcp_listen(TCP_V4, 8), fd = tcp_socket(TCP_V4, 0), other;
	struct account_connection conn;

	CHECK(connect(fd, (const struct sockaddr *)&nowhere, sizeof(nowhere)) == -1 &&
	      errno == ENETUNREACH);
	close(fd);

	tcp_sysctl("ipv4/ip_local_port_range", "40000 40000");
	fd = tcp_socket(TCP_V4, 0);
	CHECK(tcp_connect(TCP_V4, fd, listener) == 0);
	tcp_connection(fd, &conn);
	account_attempted(&conn);
	other = tcp_socket(TCP_V4, 0);
	CHECK(tcp_connect(TCP_V4, other, listener) == -1 && errno == EADDRNOTAVAIL);
	close(other);
	close(fd);
	account_closed(&conn, 0, 0);
	close(listener);
}

int main(int argc, char **argv, char **envp)
{
	(void)argc;
	account_begin(argv, envp);
	tcp_own_network();
	tcp_sysctl("ipv4/tcp_fastopen", "3");
	for (enum tcp_kind kind = TCP_V4; kind < TCP_KINDS; kind++)
		if (tcp_has(kind))
			refused(kind);
	repeated();
	unanswered();
	fast_open();
	impossible();
	return account_end();
}
