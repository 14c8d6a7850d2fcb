/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Different ends of a connection. Each connection has one close event. The event is of the process
 * that closes the last descriptor. It does not matter which process opened the connection, or
 * whether the connection ended before.
 */
#include "tools/cases/tcp.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static int listener;

static void linger(int fd, int seconds)
{
	const struct linger linger = { .l_onoff = 1, .l_linger = seconds };

	CHECK(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)) == 0);
}

/* An exiting process closes its connections. */
static void by_exit(void)
{
	struct tcp_pair pair;
	pid_t pid;

	tcp_pair(TCP_V4, listener, &pair);
	tcp_pair_up(&pair, 10);
	pid = account_fork();
	if (!pid) {
		struct account_snap now;

		account_snap(&now);
		account_closed_by(&now, &pair.client_conn, 10, 0);
		close(pair.server);
		account_exit(0);
	}
	/* The child still has an open descriptor of the connection. */
	close(pair.client);
	account_wait(pid, 0);
	tcp_expect_end(pair.server);
	tcp_close_server(&pair);
}

static void by_sigkill(void)
{
	struct account_snap *child = mmap(NULL, sizeof(*child), PROT_READ | PROT_WRITE,
					  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct tcp_pair pair;
	int ready[2], status;
	pid_t pid;
	char c;

	CHECK(child != MAP_FAILED && pipe(ready) == 0);
	tcp_pair(tcp_or_v4(TCP_V6), tcp_listen(tcp_or_v4(TCP_V6), 1), &pair);
	tcp_pair_up(&pair, 11);
	pid = account_fork();
	if (!pid) {
		close(pair.server);
		account_snap(child);
		CHECK(write(ready[1], "", 1) == 1);
		for (;;)
			pause();
	}
	close(pair.client);
	CHECK(read(ready[0], &c, 1) == 1);
	CHECK(kill(pid, SIGKILL) == 0);
	CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status));
	account_closed_by(child, &pair.client_conn, 11, 0);
	account_exited(child, 0, SIGKILL, false);
	tcp_expect_end(pair.server);
	tcp_close_server(&pair);
}

/* Several descriptors of one connection: only closing the last one is an event. */
static void duplicate(void)
{
	struct tcp_pair pair;
	int fd;

	tcp_pair(TCP_V4, listener, &pair);
	fd = dup(pair.client);
	close(fd);
	tcp_pair_up(&pair, 12);
	tcp_close_client(&pair);
	tcp_expect_end(pair.server);
	tcp_close_server(&pair);
}

/* A process passes the descriptor to its child in a message. */
static void passed(void)
{
	char c = 0, control[CMSG_SPACE(sizeof(int))];
	struct iovec iov = { &c, 1 };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control,
			      .msg_controllen = sizeof(control) };
	struct cmsghdr *cmsg;
	struct tcp_pair pair;
	int unix_fds[2];
	pid_t pid;

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, unix_fds) == 0);
	pid = account_fork();
	if (!pid) {
		CHECK(recvmsg(unix_fds[1], &msg, 0) == 1 && CMSG_FIRSTHDR(&msg));
		memcpy(&pair.client, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(int));
		tcp_connection(pair.client, &pair.client_conn);
		pair.up = 13;
		pair.down = 0;
		CHECK(write(unix_fds[1], "", 1) == 1);
		/* When this byte arrives, the parent has closed its own descriptor. */
		CHECK(read(unix_fds[1], &c, 1) == 1);
		tcp_close_client(&pair);
		account_exit(0);
	}
	tcp_pair(tcp_or_v4(TCP_MAPPED), tcp_listen(tcp_or_v4(TCP_MAPPED), 1), &pair);
	tcp_pair_up(&pair, 13);
	memset(control, 0, sizeof(control));
	cmsg = CMSG_FIRSTHDR(&msg);
	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(cmsg), &pair.client, sizeof(int));
	CHECK(sendmsg(unix_fds[0], &msg, 0) == 1);
	close(pair.client);
	CHECK(read(unix_fds[0], &c, 1) == 1);
	CHECK(write(unix_fds[0], "", 1) == 1);
	account_wait(pid, 0);
	tcp_expect_end(pair.server);
	tcp_close_server(&pair);
	close(unix_fds[0]);
	close(unix_fds[1]);
}

/* The peer resets the connection. This process closes it after that. */
static void reset(void)
{
	struct tcp_pair pair;
	char c;

	tcp_pair(TCP_V4, listener, &pair);
	tcp_pair_up(&pair, 14);
	tcp_pair_down(&pair, 15);
	linger(pair.client, 0);
	tcp_close_client(&pair);
	CHECK(recv(pair.server, &c, 1, 0) == -1 && errno == ECONNRESET);
	tcp_close_server(&pair);
}

/* Unread data: when the socket is closed, the kernel resets the connection. */
static void unread(void)
{
	struct pollfd poll_fd = { .events = POLLIN };
	struct tcp_pair pair;
	char c;

	tcp_pair(TCP_V4, listener, &pair);
	CHECK(send(pair.server, "sixteen is read.", 16, 0) == 16);
	pair.down = 16;
	poll_fd.fd = pair.client;
	CHECK(poll(&poll_fd, 1, 10000) == 1);
	tcp_close_client(&pair);
	CHECK(recv(pair.server, &c, 1, 0) == -1 && errno == ECONNRESET);
	tcp_close_server(&pair);
}

/* Both ends call shutdown(2) before either closes. */
static void half_closed(void)
{
	struct tcp_pair pair;

	tcp_pair(TCP_V4, listener, &pair);
	tcp_pair_up(&pair, 17);
	CHECK(shutdown(pair.client, SHUT_WR) == 0);
	tcp_expect_end(pair.server);
	tcp_pair_down(&pair, 18);
	CHECK(shutdown(pair.server, SHUT_WR) == 0);
	tcp_expect_end(pair.client);
	tcp_close_server(&pair);
	tcp_close_client(&pair);
}

/* shutdown(2), then close(2): at once, and after the other end's kernel has answered. */
static void shut_down(void)
{
	struct tcp_pair pair;

	for (int how = SHUT_RD; how <= SHUT_RDWR; how++) {
		tcp_pair(TCP_V4, listener, &pair);
		tcp_pair_up(&pair, 19);
		CHECK(shutdown(pair.client, how) == 0);
		tcp_close_client(&pair);
		tcp_expect_end(pair.server);
		tcp_close_server(&pair);

		tcp_pair(TCP_V4, listener, &pair);
		tcp_pair_up(&pair, 20);
		CHECK(shutdown(pair.client, how) == 0);
		usleep(100000);
		tcp_close_client(&pair);
		tcp_expect_end(pair.server);
		tcp_close_server(&pair);
	}
}

/* close(2) waits until the peer has closed too (SO_LINGER). */
static void lingering(void)
{
	struct tcp_pair pair;
	pid_t pid;
	char c;

	tcp_pair(TCP_V4, listener, &pair);
	tcp_pair_up(&pair, 21);
	pair.down = 1;
	pid = account_fork();
	if (!pid) {
		close(pair.client);
		/* After this byte, the receiver is the only process that has the other end. */
		CHECK(send(pair.server, "", 1, 0) == 1);
		tcp_expect_end(pair.server);
		tcp_close_server(&pair);
		account_exit(0);
	}
	close(pair.server);
	CHECK(recv(pair.client, &c, 1, 0) == 1);
	linger(pair.client, 10);
	tcp_close_client(&pair);
	account_wait(pid, 0);
}

int main(int argc, char **argv, char **envp)
{
	(void)argc;
	account_begin(argv, envp);
	tcp_own_network();
	listener = tcp_listen(TCP_V4, 8);
	by_exit();
	by_sigkill();
	duplicate();
	passed();
	reset();
	unread();
	half_closed();
	shut_down();
	lingering();
	return account_end();
}
