/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A sink that writes to a file descriptor of the caller's.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/sink/sink.h"

/* Beside the largest event: so much of smaller ones is gathered for one write at least. */
#define GATHER (64 * 1024)

struct fd_sink {
	struct et_sink head;
	int fd;
};

/*
 * What was written, counted. As a rule that is all there was; only after a failure it must be
 * seen where in a line the output stands.
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

/* A non-blocking descriptor that is full: waits until it takes more, or never will. */
static int wait_writable(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };

	/* What is wrong, if something is, write(2) says better than revents. */
	if (poll(&pfd, 1, -1) < 0 && errno != EINTR)
		return -errno;
	return 0;
}

static int fd_flush(struct et_sink *sink)
{
	const struct fd_sink *self = (struct fd_sink *)sink;
	size_t done = 0;
	int r = 0;

	while (done < sink->used) {
		ssize_t n;

		if (self->fd < 0) {
			n = sink->used - done;
		} else {
			n = write(self->fd, sink->buf + done, sink->used - done);
			if (n < 0 && errno == EINTR)
				continue;
			if (n < 0 && errno == EAGAIN) {
				r = wait_writable(self->fd);
				if (r < 0)
					break;
				continue;
			}
			if (n < 0) {
				r = -errno;
				break;
			}
			/* Of a non-empty buffer no file takes nothing; never spin on one. */
			if (n == 0) {
				r = -EIO;
				break;
			}
		}
		done += n;
	}

	account(sink, done);
	sink->used -= done;
	if (sink->used && done)
		memmove(sink->buf, sink->buf + done, sink->used);
	return r;
}

static void fd_free(struct et_sink *sink)
{
	free(sink->buf);
	free(sink);
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
	self->fd = fd;
	self->head.ops = &fd_ops;
	self->head.cap = event_max + GATHER;
	self->head.unbuffered = unbuffered;
	self->head.buf = malloc(self->head.cap);
	if (!self->head.buf) {
		free(self);
		return -ENOMEM;
	}
	*ret = &self->head;
	return 0;
}
