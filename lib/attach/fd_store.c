/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/fd_store.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int send_fd(int sender, int fd)
{
	char byte = 0;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	union {
		char buf[CMSG_SPACE(sizeof(fd))];
		struct cmsghdr align;
	} control = { 0 };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.buf,
		.msg_controllen = sizeof(control.buf),
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	return sendmsg(sender, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -errno : 0;
}

static int add_socket(struct et_fd_store *store)
{
	int pair[2];

	if (store->count == ET_FD_STORE_SOCKETS)
		return -ENOSPC;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	store->sockets[store->count++] = pair[0];
	store->sender = pair[1];
	store->room = ET_FD_STORE_EACH;
	return 0;
}

static void seal(struct et_fd_store *store)
{
	if (store->room)
		close(store->sender);
	store->room = 0;
}

int et_fd_store__put(struct et_fd_store *store, int fd)
{
	int r = 0;

	if (!store->room)
		r = add_socket(store);
	if (r == 0)
		r = send_fd(store->sender, fd);
	if (r < 0)
		return r;
	/*
	 * If the socket is now full, close the sending end. The files stay in the queue of the
	 * receiving end.
	 */
	if (store->room == 1)
		seal(store);
	else
		store->room--;
	return 0;
}

size_t et_fd_store__take(struct et_fd_store *store, int *ret)
{
	size_t n = store->count;

	seal(store);
	memcpy(ret, store->sockets, n * sizeof(*ret));
	store->count = 0;
	return n;
}
