/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The event counts the bytes that the kernel accepted for sending. These include bytes that are
 * queued when the connection is closed. Bytes that were sent again count once.
 */
#include "tools/cases/tcp.h"

#include <errno.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <unistd.h>

static int listener;

/*
 * Write to a peer that does not read, until the kernel accepts no more bytes. Return: the number of
 * accepted bytes.
 */
static unsigned int fill(int fd)
{
	static char buf[65536];
	unsigned int bytes = 0;

	for (;;) {
		ssize_t n = send(fd, buf, sizeof(buf), MSG_DONTWAIT);

		if (n < 0) {
			CHECK(errno == EAGAIN);
			return bytes;
		}
		bytes += (unsigned int)n;
	}
}

static void read_all(int fd, unsigned int bytes)
{
	static char buf[65536];
	unsigned int got = 0;
	ssize_t n;

	while ((n = recv(fd, buf, sizeof(buf), 0)) > 0)
		got += (unsigned int)n;
	CHECK(n == 0 && got == bytes);
}

static void set(int fd, int level, int name, int value)
{
	CHECK(setsockopt(fd, level, name, &value, sizeof(value)) == 0);
}

/* The peer reads only after the close. First the connecting end closes, then the accepting end. */
static void unread(void)
{
	struct tcp_pair pair;

	tcp_pair(TCP_V4, listener, &pair);
	pair.up = fill(pair.client);
	tcp_close_client(&pair);
	read_all(pair.server, pair.up);
	tcp_close_server(&pair);

	tcp_pair(TCP_V4, listener, &pair);
	pair.down = fill(pair.server);
	tcp_close_server(&pair);
	read_all(pair.client, pair.down);
	tcp_close_client(&pair);
}

/* shutdown(2) queues FIN after the data, and the socket is closed after that. */
static void shut_down(void)
{
	struct tcp_pair pair;

	tcp_pair(TCP_V4, listener, &pair);
	pair.up = fill(pair.client);
	CHECK(shutdown(pair.client, SHUT_WR) == 0);
	tcp_close_client(&pair);
	read_all(pair.server, pair.up);
	tcp_close_server(&pair);
}

/* With TCP_CORK, the kernel holds back less than a segment. */
static void corked(void)
{
	struct tcp_pair pair;

	tcp_pair(TCP_V4, listener, &pair);
	set(pair.client, IPPROTO_TCP, TCP_CORK, 1);
	CHECK(send(pair.client, (char[100]){ 0 }, 100, 0) == 100);
	pair.up = 100;
	tcp_close_client(&pair);
	read_all(pair.server, 100);
	tcp_close_server(&pair);
}

/* A reset of either end drops the queued bytes. */
static void reset(void)
{
	const struct linger now = { .l_onoff = 1, .l_linger = 0 };
	struct pollfd poll_fd = { .events = POLLRDHUP };
	struct tcp_pair pair;
	char c;

	tcp_pair(TCP_V4, listener, &pair);
	tcp_pair_up(&pair, 3);
	set(pair.client, IPPROTO_TCP, TCP_CORK, 1);
	CHECK(send(pair.client, (char[100]){ 0 }, 100, 0) == 100);
	CHECK(setsockopt(pair.client, SOL_SOCKET, SO_LINGER, &now, sizeof(now)) == 0);
	close(pair.client);
	account_closed(&pair.client_conn, 103, 0);
	CHECK(recv(pair.server, &c, 1, 0) == -1 && errno == ECONNRESET);
	tcp_close_server(&pair);

	tcp_pair(TCP_V4, listener, &pair);
	set(pair.client, IPPROTO_TCP, TCP_CORK, 1);
	CHECK(send(pair.client, (char[100]){ 0 }, 100, 0) == 100);
	CHECK(setsockopt(pair.server, SOL_SOCKET, SO_LINGER, &now, sizeof(now)) == 0);
	tcp_close_server(&pair);
	poll_fd.fd = pair.client;
	CHECK(poll(&poll_fd, 1, 10000) == 1 && poll_fd.revents & POLLHUP);
	close(pair.client);
	account_closed(&pair.client_conn, 100, 0);
}

/* A filter drops the packets at the peer, until the kernel has sent them again. */
static void sent_again(void)
{
	struct sock_filter drop = BPF_STMT(BPF_RET | BPF_K, 0);
	const struct sock_fprog prog = { .len = 1, .filter = &drop };
	struct tcp_info info = { 0 };
	struct tcp_pair pair;
	char buf[1000] = { 0 };
	int none = 0;

	tcp_pair(TCP_V4, listener, &pair);
	tcp_pair_up(&pair, 1);
	CHECK(setsockopt(pair.server, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)) == 0);
	CHECK(send(pair.client, buf, sizeof(buf), 0) == sizeof(buf));
	while (info.tcpi_total_retrans < 2) {
		socklen_t len = sizeof(info);

		usleep(10000);
		CHECK(getsockopt(pair.client, IPPROTO_TCP, TCP_INFO, &info, &len) == 0);
	}
	CHECK(setsockopt(pair.server, SOL_SOCKET, SO_DETACH_FILTER, &none, sizeof(none)) == 0);
	CHECK(recv(pair.server, buf, sizeof(buf), MSG_WAITALL) == sizeof(buf));
	pair.up += (unsigned int)sizeof(buf);
	tcp_close_client(&pair);
	tcp_expect_end(pair.server);
	tcp_close_server(&pair);
}

int main(int argc, char **argv, char **envp)
{
	(void)argc;
	account_begin(argv, envp);
	tcp_own_network();
	listener = tcp_listen(TCP_V4, 8);
	unread();
	shut_down();
	corked();
	reset();
	sent_again();
	return account_end();
}
