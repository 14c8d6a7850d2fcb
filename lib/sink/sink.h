/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where encoded events go. A sink owns one large buffer, in which events are encoded in place. It
 * writes the buffer when it is full, when the caller flushes it, or at every event:
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
 * A failed write loses nothing: the rest stays in the buffer. The next flush continues at exactly
 * that byte, even in the middle of a line.
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
	 * Write sink->buf[0 .. sink->used). Remove the written bytes from the front of the buffer
	 * and count them. Return 0 when the buffer is empty, or a negative errno. Never wait:
	 * return -EAGAIN.
	 */
	int (*flush)(struct et_sink *sink);
	void (*free)(struct et_sink *sink);
};

/* The head of every sink. All may read it; only the sink writes it. */
struct et_sink {
	const struct et_sink_ops *ops;
	int fd; /* polls writable when a flush that returned -EAGAIN can continue; -1: none */
	char *buf;
	size_t cap;           /* bytes at buf */
	size_t used;          /* bytes in buf that are not written yet */
	size_t pending_lines; /* lines that end within these bytes */
	bool unbuffered;      /* flush at every commit */
	uint64_t written;     /* bytes written so far */
	uint64_t lines;       /* whole lines written so far */
	uint64_t partial;     /* written bytes of a line that is not completely written */
};

/**
 * et_fd_sink_new() - a sink that writes to a file descriptor
 * @fd:		remains the caller's; -1: write nothing, only count the bytes
 * @event_max:	the largest reservation, in bytes: et_encoder_ops.bound_max
 * @unbuffered:	write every event at once
 * @ret:	receives the sink; the caller frees it with et_sink_free()
 *
 * The sink never waits for the reader of a pipe, a socket or a terminal, whether @fd blocks or
 * not. It does not change the flags of @fd. Writing to a regular file may wait for the disk.
 *
 * Return: 0 or -ENOMEM.
 */
int et_fd_sink_new(int fd, size_t event_max, bool unbuffered, struct et_sink **ret);

/**
 * et_fd_sink_set_fd() - continue in another file descriptor
 * @sink:	a sink of et_fd_sink_new(), which has nothing to write: et_sink_flush() returned 0
 * @fd:		remains the caller's; at least 0
 *
 * The sink no longer uses the former descriptor. All counts continue.
 */
void et_fd_sink_set_fd(struct et_sink *sink, int fd);

/**
 * et_sink_flush() - write out what is buffered
 * @sink:	the sink
 *
 * Continues after short writes and signals. A closed pipe sends no SIGPIPE to the process. If the
 * process ignores SIGPIPE when the sink is made, it must keep ignoring it.
 *
 * Return: 0 when everything is written; -EAGAIN when the reader must first take some of it; -EPIPE
 * when the reader is gone; -ENOSPC or another error of write(2). On failure the rest stays
 * buffered.
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
 * Return: 1 when it can, 0 on time-out, -EINTR on a signal, or another error of poll(2).
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
 * @size:	bytes needed, at most the sink's event_max
 * @ret:	receives the address of the room; valid until the next call on @sink
 *
 * If there is too little room, the sink first writes the buffer. A reservation without a commit
 * has no effect.
 *
 * Return: 0, -EMSGSIZE if @size is more than the whole buffer, or as et_sink_flush().
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
 * et_sink_commit() - add the bytes in the reserved room to the output
 * @sink:	the sink
 * @n:		number of bytes, at most the reserved size: one whole line
 *
 * Return: 0; for an unbuffered sink as et_sink_flush(). The event is in the buffer even on failure.
 */
static inline int et_sink_commit(struct et_sink *sink, size_t n)
{
	sink->used += n;
	sink->pending_lines++;
	return sink->unbuffered ? et_sink_flush(sink) : 0;
}

/* Bytes that et_sink_flush() has still to write. */
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
