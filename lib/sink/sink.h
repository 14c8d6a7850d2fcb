/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where encoded events go. A sink owns one large buffer in which events are encoded in place, and
 * writes it out when it is full, when told to, or at every event:
 *
 *	struct et_sink *sink = NULL;
 *	char *buf;
 *
 *	r = et_fd_sink_new(fd, et_json_encoder.bound_max, unbuffered, &sink);
 *	...
 *	r = et_sink_reserve(sink, bound, &buf);
 *	if (r == 0)
 *		r = et_sink_commit(sink, bytes_put_at_buf);
 *	...
 *	if (et_sink_pending(sink) && idle)
 *		r = et_sink_flush(sink);
 *	et_sink_free(sink);		// writes nothing: flush first
 *
 * A failed write loses nothing: what was not written stays in the buffer, and the next flush
 * continues from exactly there, in the middle of a line if need be.
 */
#ifndef ET_SINK_H
#define ET_SINK_H

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct et_sink;

/* A kind of sink. */
struct et_sink_ops {
	const char *name; /* "fd" */
	/*
	 * Hands sink->buf[0 .. sink->used) to the outside. Takes what it wrote off the buffer's
	 * front, counts it, and returns 0 when nothing is left, or a negative errno. Never waits:
	 * -EAGAIN.
	 */
	int (*flush)(struct et_sink *sink);
	void (*free)(struct et_sink *sink);
};

/* The head of every sink. Read by anybody, written by the sink alone. */
struct et_sink {
	const struct et_sink_ops *ops;
	int fd; /* polls writable when a flush that returned -EAGAIN can continue; -1: none */
	char *buf;
	size_t cap;           /* bytes at buf */
	size_t used;          /* of them not written yet */
	size_t pending_lines; /* lines whose end is among them */
	bool unbuffered;      /* flush at every commit */
	uint64_t written;     /* bytes that are outside */
	uint64_t lines;       /* whole lines that are outside */
	uint64_t partial;     /* bytes outside that belong to a line which is not whole there */
};

/**
 * et_fd_sink_new() - a sink that writes to a file descriptor
 * @fd:		stays the caller's; -1: nowhere, bytes are only counted
 * @event_max:	the largest reservation, in bytes: et_encoder_ops.bound_max
 * @unbuffered:	write every event at once
 * @ret:	receives the sink; the caller frees it with et_sink_free()
 *
 * The sink never waits for the reader of a pipe, a socket or a terminal, whether @fd blocks or
 * not, and leaves the flags of @fd alone. A regular file may take as long as its disk does.
 *
 * Return: 0 or -ENOMEM.
 */
int et_fd_sink_new(int fd, size_t event_max, bool unbuffered, struct et_sink **ret);

/**
 * et_sink_flush() - write out what is buffered
 * @sink:	the sink
 *
 * Continues after short writes and signals. Ignore SIGPIPE before: there is no MSG_NOSIGNAL for
 * pipes and files, so that a signal which is not ignored ends the process before -EPIPE can be
 * returned.
 *
 * Return: 0 when everything is written, -EAGAIN when the reader must take some of it first, -EPIPE
 * when the reader is gone, -ENOSPC, or what else write(2) says. On failure the rest stays buffered.
 */
static inline int et_sink_flush(struct et_sink *sink)
{
	return sink->used ? sink->ops->flush(sink) : 0;
}

/**
 * et_sink_wait() - wait until a flush that returned -EAGAIN can continue
 * @sink:	the sink
 * @timeout_ms:	longest wait in milliseconds; 0: none; -1: for ever
 *
 * Return: 1 when it can, 0 on time-out, -EINTR on a signal, or what poll(2) says.
 */
static inline int et_sink_wait(const struct et_sink *sink, int timeout_ms)
{
	struct pollfd pfd = { .fd = sink->fd, .events = POLLOUT };
	int r = poll(&pfd, 1, timeout_ms);

	return r < 0 ? -errno : r;
}

/**
 * et_sink_reserve() - room for one event
 * @sink:	the sink
 * @size:	bytes wanted, at most the sink's event_max
 * @ret:	receives where to put them; valid until the next call on @sink
 *
 * Writes out first what is buffered if there is not room enough. A reservation that is not
 * committed is forgotten.
 *
 * Return: 0, -EMSGSIZE if @size is more than the buffer has in all, or as et_sink_flush().
 */
static inline int et_sink_reserve(struct et_sink *sink, size_t size, char **ret)
{
	if (size > sink->cap - sink->used) {
		int r;

		if (size > sink->cap)
			return -EMSGSIZE;
		r = et_sink_flush(sink);
		if (r < 0)
			return r;
	}

	*ret = sink->buf + sink->used;
	return 0;
}

/**
 * et_sink_commit() - hand over what was put into the reserved room
 * @sink:	the sink
 * @n:		bytes, at most as many as were reserved: one whole line
 *
 * Return: 0; of an unbuffered sink as et_sink_flush(): the event is in the buffer also on failure.
 */
static inline int et_sink_commit(struct et_sink *sink, size_t n)
{
	sink->used += n;
	sink->pending_lines++;
	return sink->unbuffered ? et_sink_flush(sink) : 0;
}

/* Bytes that wait for et_sink_flush(). */
static inline size_t et_sink_pending(const struct et_sink *sink)
{
	return sink->used;
}

/* Free a sink. Writes nothing and closes nothing; NULL is allowed. */
static inline void et_sink_free(struct et_sink *sink)
{
	if (sink)
		sink->ops->free(sink);
}

#endif /* ET_SINK_H */
