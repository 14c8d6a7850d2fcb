/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A sink that writes to the caller's file descriptor.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/sink/sink.h"

/*
 * Room in addition to the largest event, so that one write takes at least this many bytes of
 * smaller ones.
 */
#define GATHER (64 * 1024)

/* How to write without waiting for the reader at the other end. */
enum write_mode {
	WRITE_NOWHERE,
	WRITE_PLAIN,  /* a file, or a descriptor that does not block */
	WRITE_SOCKET, /* MSG_DONTWAIT on every send */
	WRITE_POLLED, /* a blocking pipe or terminal: poll first, write only what surely fits */
};

struct fd_sink {
	struct et_sink head;
	enum write_mode mode;
	int own; /* an open file description that the sink opened, or -1 */
	bool holds_sigpipe;
};

/*
 * Count the written bytes. Normally they are all bytes of the buffer. Only after a failure, find
 * out where in a line the output stopped.
 */
static void account(struct et_sink *sink, size_t done)
{
	const char *buf = sink->buf, *end = buf + done;

	sink->written += done;
	if (done == sink->used) {
		sink->lines += sink->pending_lines;
		sink->pending_lines = 0;
		sink->partial = 0;
		return;
	}
	while (buf < end) {
		const char *newline = memchr(buf, '\n', end - buf);

		if (!newline) {
			sink->partial += end - buf;
			return;
		}
		sink->lines++;
		sink->pending_lines--;
		sink->partial = 0;
		buf = newline + 1;
	}
}

/*
 * O_NONBLOCK belongs to the open file description, which other processes share: a shell breaks if
 * its terminal suddenly does not block. So the sink opens a pipe or a terminal again.
 */
static int open_own(int fd)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

static bool is_sigpipe_ignored(void)
{
	struct sigaction action;

	return sigaction(SIGPIPE, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

static void choose_mode(struct fd_sink *self, int fd)
{
	int flags = fd < 0 ? 0 : fcntl(fd, F_GETFL);
	struct stat st;

	self->own = -1;
	self->head.fd = fd;
	self->mode = fd < 0 ? WRITE_NOWHERE : WRITE_PLAIN;
	if (fd < 0 || flags < 0 || fstat(fd, &st) < 0)
		return;
	if (S_ISSOCK(st.st_mode)) {
		self->mode = WRITE_SOCKET;
		return;
	}
	self->holds_sigpipe = S_ISFIFO(st.st_mode) && !is_sigpipe_ignored();
	if ((flags & O_ACCMODE) == O_RDONLY || flags & O_NONBLOCK ||
	    (!S_ISFIFO(st.st_mode) && !isatty(fd)))
		return;
	self->own = open_own(fd);
	if (self->own < 0)
		self->mode = WRITE_POLLED;
	else
		self->head.fd = self->own;
}

/* As write(2); -EAGAIN if it would block. */
static ssize_t write_some(const struct fd_sink *self, const char *buf, size_t n)
{
	struct pollfd pfd = { .fd = self->head.fd, .events = POLLOUT };
	ssize_t r;

	switch (self->mode) {
	case WRITE_NOWHERE:
		return (ssize_t)n;
	case WRITE_SOCKET:
		r = send(pfd.fd, buf, n, MSG_DONTWAIT | MSG_NOSIGNAL);
		break;
	case WRITE_POLLED:
		/* If poll reports an error, write(2) returns a more exact one. */
		if (poll(&pfd, 1, 0) == 0)
			return -EAGAIN;
		r = write(pfd.fd, buf, n < PIPE_BUF ? n : PIPE_BUF);
		break;
	default:
		r = write(pfd.fd, buf, n);
		break;
	}
	/* A write of 0 bytes from a non-empty buffer is an error: never retry it in a loop. */
	return r > 0 ? r : r < 0 ? -errno : -EIO;
}

/* The thread's signals as they were before a write. */
struct held_sigpipe {
	sigset_t mask;
	bool was_pending;
};

/*
 * Writing to a pipe without a reader sends SIGPIPE to this thread, which would end the caller's
 * process. No flag of write(2) prevents that. So block the signal for the duration of the write.
 */
static void hold_sigpipe(struct held_sigpipe *ret)
{
	sigset_t pipe, pending;

	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	sigemptyset(&pending);
	sigpending(&pending);
	ret->was_pending = sigismember(&pending, SIGPIPE) == 1;
	pthread_sigmask(SIG_BLOCK, &pipe, &ret->mask);
}

/* Take the signal that a failed write has sent, and unblock it. A signal from before stays. */
static void release_sigpipe(const struct held_sigpipe *held, bool was_sent)
{
	const struct timespec none = { 0, 0 };
	sigset_t pipe;

	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	if (was_sent && !held->was_pending)
		while (sigtimedwait(&pipe, NULL, &none) < 0 && errno == EINTR)
			;
	pthread_sigmask(SIG_SETMASK, &held->mask, NULL);
}

static int fd_flush(struct et_sink *sink)
{
	const struct fd_sink *self = (struct fd_sink *)sink;
	struct held_sigpipe held;
	size_t done = 0;
	int r = 0;

	if (self->holds_sigpipe)
		hold_sigpipe(&held);
	while (done < sink->used) {
		ssize_t n = write_some(self, sink->buf + done, sink->used - done);

		if (n == -EINTR)
			continue;
		if (n < 0) {
			r = (int)n;
			break;
		}
		done += (size_t)n;
	}
	if (self->holds_sigpipe)
		release_sigpipe(&held, r == -EPIPE);

	account(sink, done);
	sink->used -= done;
	if (sink->used && done)
		memmove(sink->buf, sink->buf + done, sink->used);
	return r;
}

static void fd_free(struct et_sink *sink)
{
	const struct fd_sink *self = (struct fd_sink *)sink;

	if (self->own >= 0)
		close(self->own);
	free(sink->buf);
	free(sink);
}

void et_fd_sink_set_fd(struct et_sink *sink, int fd)
{
	struct fd_sink *self = (struct fd_sink *)sink;

	if (self->own >= 0)
		close(self->own);
	self->holds_sigpipe = false;
	choose_mode(self, fd);
}

static const struct et_sink_ops fd_ops = {
	.name = "fd",
	.flush = fd_flush,
	.free = fd_free,
};

int et_fd_sink_new(int fd, size_t event_max, bool unbuffered, struct et_sink **ret)
{
	struct fd_sink *self = calloc(1, sizeof(*self));

	if (!self)
		return -ENOMEM;
	choose_mode(self, fd);
	self->head.ops = &fd_ops;
	self->head.cap = event_max + GATHER;
	self->head.unbuffered = unbuffered;
	self->head.buf = malloc(self->head.cap);
	if (!self->head.buf) {
		fd_free(&self->head);
		return -ENOMEM;
	}
	*ret = &self->head;
	return 0;
}
