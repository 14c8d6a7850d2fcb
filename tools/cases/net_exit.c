/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processes that exit while they have a connection. The exit closes the connection. The process's
 * last event is its exit, wherever the connection's descriptor is, and however the parent handles
 * SIGCHLD.
 */
#include "tools/cases/tcp.h"
#include "tools/cases/waits.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int listener;

/*
 * Pipe: each other process that has the connection closes its end after its descriptor of the
 * connection. So the exiting process can wait until it alone has the connection.
 */
static int let_go[2];

static void wait_until_alone(void)
{
	char c;

	close(let_go[1]);
	CHECK(read(let_go[0], &c, 1) == 0);
}

static void end(const struct tcp_pair *pair)
{
	struct account_snap now;

	wait_until_alone();
	account_snap(&now);
	account_closed_by(&now, &pair->client_conn, pair->up, pair->down);
	account_exit(0);
}

/* Fork a process that has a connection and calls @ends. */
static void with_connection(void (*ends)(struct tcp_pair *pair))
{
	struct tcp_pair pair;
	pid_t pid;

	tcp_pair(TCP_V4, listener, &pair);
	tcp_pair_up(&pair, 10);
	CHECK(pipe2(let_go, O_CLOEXEC) == 0);
	pid = account_fork();
	if (!pid) {
		close(pair.server);
		ends(&pair);
		_exit(99);
	}
	close(pair.client);
	close(let_go[0]);
	close(let_go[1]);
	account_wait(pid, 0);
	tcp_expect_end(pair.server);
	tcp_close_server(&pair);
}

static void plainly(struct tcp_pair *pair)
{
	end(pair);
}

static void move(struct tcp_pair *pair, int to)
{
	CHECK(dup3(pair->client, to, O_CLOEXEC) == to);
	close(pair->client);
}

static void as_high_descriptor(struct tcp_pair *pair)
{
	move(pair, 199);
	end(pair);
}

static void as_very_high_descriptor(struct tcp_pair *pair)
{
	const struct rlimit limit = { 2000, 2000 };

	CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	move(pair, 1500);
	end(pair);
}

/* The only descriptor is in a message that no process has received. */
static void in_flight(struct tcp_pair *pair)
{
	char c = 0, control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec iov = { &c, 1 };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control,
			      .msg_controllen = sizeof(control) };
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);
	int fds[2];

	CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(cmsg), &pair->client, sizeof(int));
	CHECK(sendmsg(fds[0], &msg, 0) == 1);
	close(pair->client);
	end(pair);
}

static void *outlives(void *arg)
{
	waits_for_zombie(getpid());
	end(arg);
	return NULL;
}

/* The first thread exits before the last one. */
static void by_another_thread(struct tcp_pair *pair)
{
	pthread_t thread;

	CHECK(pthread_create(&thread, NULL, outlives, pair) == 0);
	syscall(SYS_exit, 0);
}

/* The parent ignores SIGCHLD, so the kernel sends no signal. */
static void as_ignored_child(struct tcp_pair *pair)
{
	pid_t pid;

	CHECK(signal(SIGCHLD, SIG_IGN) != SIG_ERR);
	pid = account_fork();
	if (!pid)
		end(pair);
	close(pair->client);
	close(let_go[1]);
	CHECK(waitpid(pid, NULL, 0) == -1 && errno == ECHILD);
	account_exit(0);
}

int main(int argc, char **argv, char **envp)
{
	(void)argc;
	account_begin(argv, envp);
	tcp_own_network();
	listener = tcp_listen(TCP_V4, 8);
	with_connection(plainly);
	with_connection(as_high_descriptor);
	with_connection(as_very_high_descriptor);
	with_connection(in_flight);
	with_connection(by_another_thread);
	with_connection(as_ignored_child);
	return account_end();
}
