/* SPDX-License-Identifier: BSD-2-Clause */
/* A sink (output buffer) that writes to a file descriptor of the caller, perhaps compressed. */
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
#include "lib/sink/zstd_frame.h"

/*
 * The buffer holds this number of bytes more than the largest event needs. So several small events
 * are written with one system call.
 */
#define GATHER (64 * 1024)

/*
 * How to write, so that the sink never waits for a slow reader of a pipe, a socket or a terminal.
 */
enum write_mode {
	WRITE_NOWHERE, /* no descriptor: discard the bytes, only count them */
	WRITE_PLAIN,   /* a file, or a non-blocking descriptor: write(2) */
	WRITE_SOCKET,  /* a socket: send(2) with MSG_DONTWAIT */
	WRITE_POLLED,  /* a blocking pipe or terminal: poll(2), then write at most PIPE_BUF bytes */
};

struct fd_sink {
	struct et_sink head;
	enum write_mode mode;
	/* the caller's pipe or terminal, which open_own() has opened again; -1: none */
	int own;
	bool holds_sigpipe; /* true if the sink blocks SIGPIPE during each write: hold_sigpipe() */
	struct et_zstd *zstd; /* compresses the bytes; NULL: they are written as they are */
};

/*
 * Count the lines that end in the first @done bytes of the buffer as written. If bytes remain, also
 * count the written bytes of the incomplete line.
 */
static void account(struct et_sink *sink, size_t done)
{
	const char *buf = sink->buf, *end = buf + done;

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
 * Open the pipe or terminal @fd a second time, with O_NONBLOCK. Setting the flag on @fd itself
 * would change it for all processes that share the open file description, such as a shell.
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

/*
 * Choose how to write to @fd. If @fd is a blocking pipe or terminal, open it again without
 * blocking.
 */
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

/*
 * Write at most @n bytes. Return: the number of bytes written, or a negative errno; -EAGAIN if the
 * write would block.
 */
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
		/* After an error of poll(2), call write(2) too: it returns the exact errno. */
		if (poll(&pfd, 1, 0) == 0)
			return -EAGAIN;
		/* After POLLOUT, a pipe takes PIPE_BUF bytes at once. More could block. */
		r = write(pfd.fd, buf, n < PIPE_BUF ? n : PIPE_BUF);
		break;
	default:
		r = write(pfd.fd, buf, n);
		break;
	}
	/*
	 * If write(2) returns 0 although there are bytes to write, fail. Otherwise the caller would
	 * try again for ever.
	 */
	return r > 0 ? r : r < 0 ? -errno : -EIO;
}

/* The state of the thread before a write: its signal mask, and whether SIGPIPE was pending. */
struct held_sigpipe {
	sigset_t mask;
	bool was_pending;
};

/*
 * Block SIGPIPE during a write. The kernel sends SIGPIPE if the pipe has no reader, and this signal
 * would end the caller's process. write(2), unlike send(2), has no flag to prevent the signal.
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

/*
 * Restore the signal mask. If the write has caused a SIGPIPE (@was_sent), remove this signal first.
 * A SIGPIPE that was pending before the write stays pending.
 */
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

/* Remove the first @done bytes from the buffer, after they were written to the output. */
static void remove_written(struct et_sink *sink, size_t done)
{
	account(sink, done);
	sink->used -= done;
	if (sink->used && done)
		memmove(sink->buf, sink->buf + done, sink->used);
}

/*
 * Write the bytes of @buf, from position *@done up to @size. Add the number of written bytes to
 * *@done. Return: 0 when all are written, or as et_sink_ops.flush().
 */
static int write_bytes(struct fd_sink *self, const char *buf, size_t size, size_t *done)
{
	struct held_sigpipe held;
	int r = 0;

	if (self->holds_sigpipe)
		hold_sigpipe(&held);
	while (*done < size) {
		ssize_t n = write_some(self, buf + *done, size - *done);

		if (n == -EINTR)
			continue;
		if (n < 0) {
			r = (int)n;
			break;
		}
		*done += (size_t)n;
		self->head.written += (size_t)n;
	}
	if (self->holds_sigpipe)
		release_sigpipe(&held, r == -EPIPE);
	return r;
}

/*
 * Compress the buffer into a frame, and write the frame. A reader may be unable to decompress any
 * line of an incomplete frame. So lines stay in the buffer until their whole frame is written.
 * Lines that come meanwhile belong to the next frame.
 */
static int flush_compressed(struct fd_sink *self)
{
	struct et_sink *sink = &self->head;
	struct et_zstd *z = self->zstd;
	int r = 0;

	while (r == 0 && sink->used) {
		if (!z->len)
			r = et_zstd_compress(z, sink->buf, sink->used);
		if (r == 0)
			r = write_bytes(self, z->frame, z->len, &z->done);
		if (r < 0)
			break;
		z->len = 0;
		remove_written(sink, z->plain);
	}
	return r;
}

static int fd_flush(struct et_sink *sink)
{
	struct fd_sink *self = (struct fd_sink *)sink;
	size_t done = 0;
	int r;

	if (self->zstd)
		return flush_compressed(self);
	r = write_bytes(self, sink->buf, sink->used, &done);
	remove_written(sink, done);
	return r;
}

static void fd_free(struct et_sink *sink)
{
	const struct fd_sink *self = (struct fd_sink *)sink;

	if (self->own >= 0)
		close(self->own);
	et_zstd_free(self->zstd);
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

int et_fd_sink_compress(struct et_sink *sink)
{
	struct fd_sink *self = (struct fd_sink *)sink;

	return et_zstd_new(sink->cap, &self->zstd);
}

bool et_fd_sink_is_compressed(const struct et_sink *sink)
{
	return ((const struct fd_sink *)sink)->zstd;
}

uint64_t et_fd_sink_bound(const struct et_sink *sink, size_t n)
{
	return et_fd_sink_is_compressed(sink) ? et_zstd_bound(n) : n;
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
