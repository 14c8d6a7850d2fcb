/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Connections that different tasks accept: a waiting thread, and a child with an inherited socket.
 * Also accept4(2), and a socket for both families. A failed accept is no event.
 */
#include "tools/cases/tcp.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static int listener;

static void *accepts(void *arg)
{
	struct account_connection conn;
	int fd;

	(void)arg;
	prctl(PR_SET_NAME, "acceptor");
	fd = accept(listener, NULL, NULL);
	CHECK(fd >= 0);
	tcp_connection(fd, &conn);
	account_accepted(&conn);
	tcp_expect_end(fd);
	close(fd);
	account_closed(&conn, 0, 0);
	return NULL;
}

static int connects(struct account_connection *ret)
{
	int fd = tcp_socket(TCP_V4, 0);

	CHECK(tcp_connect(TCP_V4, fd, listener) == 0);
	tcp_connection(fd, ret);
	return fd;
}

static void in_a_thread(void)
{
	struct account_connection conn;
	pthread_t thread;
	int fd;

	CHECK(pthread_create(&thread, NULL, accepts, NULL) == 0);
	/* After this time, the thread waits in accept(2). */
	usleep(50000);
	fd = connects(&conn);
	CHECK(shutdown(fd, SHUT_WR) == 0);
	/* Only one thread at a time may add events to the account. */
	CHECK(pthread_join(thread, NULL) == 0);
	account_attempted(&conn);
	tcp_expect_end(fd);
	close(fd);
	account_closed(&conn, 0, 0);
}

static void in_a_child(void)
{
	struct account_connection conn;
	pid_t pid;
	int fd;

	pid = account_fork();
	if (!pid) {
		accepts(NULL);
		account_exit(0);
	}
	fd = connects(&conn);
	account_attempted(&conn);
	close(fd);
	account_closed(&conn, 0, 0);
	account_wait(pid, 0);
}

/* One socket accepts IPv4 and IPv6. Each event has the family of its connection. */
static void dual_stack(void)
{
	struct sockaddr_in6 any = { .sin6_family = AF_INET6 };
	static const enum tcp_kind kinds[] = { TCP_V4, TCP_V6, TCP_MAPPED };
	struct tcp_pair pair;
	int off = 0;

	listener = tcp_socket(TCP_V6, 0);
	CHECK(setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)) == 0);
	CHECK(bind(listener, (struct sockaddr *)&any, sizeof(any)) == 0);
	CHECK(listen(listener, 8) == 0);
	for (int i = 0; i < 3; i++) {
		tcp_pair(kinds[i], listener, &pair);
		tcp_pair_up(&pair, 17);
		tcp_close_client(&pair);
		tcp_expect_end(pair.server);
		tcp_close_server(&pair);
	}
	close(listener);
}

/* The peer closes the connection before accept(2), which returns it nevertheless. */
static void accepted_late(void)
{
	const struct linger now = { .l_onoff = 1 };
	struct account_connection conn;
	char c;
	int fd;

	fd = connects(&conn);
	account_attempted(&conn);
	CHECK(setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now)) == 0);
	close(fd);
	account_closed(&conn, 0, 0);
	fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	CHECK(fd >= 0);
	CHECK(recv(fd, &c, 1, 0) == -1 && errno == ECONNRESET);
	/*
	 * After the reset, the accepted socket no longer knows its peer. Use the client's data,
	 * with both ends exchanged.
	 */
	tcp_mirror(&conn);
	account_accepted(&conn);
	close(fd);
	account_closed(&conn, 0, 0);
}

static void failing(void)
{
	struct rlimit limit, none;
	struct account_connection conn;
	int fd;

	CHECK(accept(listener, NULL, NULL) == -1 && errno == EAGAIN);
	CHECK(accept(ACCOUNT_IDS_FD, NULL, NULL) == -1 && errno == ENOTSOCK);
	fd = connects(&conn);
	account_attempted(&conn);
	CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
	none = limit;
	none.rlim_cur = 3;
	CHECK(setrlimit(RLIMIT_NOFILE, &none) == 0);
	CHECK(accept(listener, NULL, NULL) == -1 && errno == EMFILE);
	CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	close(fd);
	account_closed(&conn, 0, 0);
	/* This closes the socket, and the connection that was not accepted. */
	close(listener);
}

int main(int argc, char **argv, char **envp)
{
	(void)argc;
	account_begin(argv, envp);
	tcp_own_network();
	listener = tcp_listen(TCP_V4, 8);
	in_a_thread();
	in_a_child();
	accepted_late();
	CHECK(fcntl(listener, F_SETFL, O_NONBLOCK) == 0);
	failing();
	if (tcp_has(TCP_V6))
		dual_stack();
	return account_end();
}
