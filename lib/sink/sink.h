/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A sink: a buffer for the lines of an output. Events are encoded into this buffer. The sink writes
 * the buffer when it is full, when the caller flushes it, or, if unbuffered, after every event:
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
 * After a failed write, the unwritten bytes stay in the buffer. The next flush continues at the
 * first unwritten byte, even in the middle of a line.
 */
#ifndef ET_SINK_H
#define ET_SINK_H

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct et_sink;

/* The operations of a kind of sink, for example of a sink that writes to a file descriptor. */
struct et_sink_ops {
	const char *name; /* name of the kind of sink, for messages: "fd" */
	/*
	 * Write the first sink->used bytes of sink->buf, then remove the written bytes from the
	 * buffer and count them. Never wait for the output's reader. Return: 0 when the buffer is
	 * empty, -EAGAIN if the output takes no more bytes now, or another negative errno.
	 */
	int (*flush)(struct et_sink *sink);
	void (*free)(struct et_sink *sink);
};

/* The public members of a sink. Code outside of lib/sink only reads them. */
struct et_sink {
	const struct et_sink_ops *ops;
	int fd; /* descriptor to poll for POLLOUT after a flush returned -EAGAIN; -1: none */
	char *buf;
	size_t cap;           /* size of the buffer `buf` in bytes */
	size_t used;          /* number of bytes in buf that are not written yet */
	size_t pending_lines; /* number of complete lines in buf */
	bool unbuffered;      /* true: write each line at once, and do not collect lines */
	uint64_t written;     /* bytes written since the start, after compression */
	uint64_t lines;       /* number of complete lines written since the start */
	uint64_t partial;     /* written bytes of a line whose other bytes are not written yet */
};

/**
 * et_fd_sink_new() - make a sink that writes to a file descriptor
 * @fd:		the descriptor; the caller closes it. -1: write nothing, only count the bytes
 * @event_max:	largest @size for et_sink_reserve(), in bytes: et_encoder_ops.bound_max
 * @unbuffered:	write each event at once
 * @ret:	receives the sink; the caller frees it with et_sink_free()
 *
 * The sink never waits for the reader of a pipe, a socket or a terminal, whether @fd blocks or not.
 * It does not change the flags of @fd. Writing to a regular file may wait for the disk.
 *
 * Return: 0 or -ENOMEM.
 */
int et_fd_sink_new(int fd, size_t event_max, bool unbuffered, struct et_sink **ret);

/**
 * et_fd_sink_set_fd() - write to another file descriptor from now on
 * @sink:	a sink of et_fd_sink_new(), with an empty buffer: et_sink_flush() has returned 0
 * @fd:		at least 0; the caller closes it
 *
 * The sink no longer uses the former descriptor. All counts continue.
 */
void et_fd_sink_set_fd(struct et_sink *sink, int fd);

/**
 * et_fd_sink_compress() - compress all further bytes with zstd
 * @sink:	a sink of et_fd_sink_new()
 *
 * Each flush writes one zstd frame, which can be decompressed alone. So a file that is cut off
 * loses at most the bytes of one flush. Lines count as written when their whole frame is written.
 *
 * Return: 0 or -ENOMEM.
 */
int et_fd_sink_compress(struct et_sink *sink);

/* True after et_fd_sink_compress(). */
bool et_fd_sink_is_compressed(const struct et_sink *sink);

/* Upper bound of the bytes that a flush of @n bytes writes: @n without compression. */
uint64_t et_fd_sink_bound(const struct et_sink *sink, size_t n);

/**
 * et_sink_flush() - write the buffer
 * @sink:	the sink
 *
 * Continues after short writes and signals. A pipe without a reader causes no SIGPIPE, because the
 * sink blocks this signal during a write. If the process ignores SIGPIPE when it makes the sink,
 * the sink does not block it, and the process must keep ignoring it.
 *
 * Return: 0 when everything is written; -EAGAIN if the output's reader does not take all bytes now;
 * -EPIPE if the output has no reader any more; -ENOSPC or another error of write(2). After a
 * failure, unwritten bytes stay in the buffer.
 */
static inline int et_sink_flush(struct et_sink *sink)
{
	return sink->used ? sink->ops->flush(sink) : 0;
}

/**
 * et_sink_wait() - wait until the output can be written, after et_sink_flush() returned -EAGAIN
 * @sink:	the sink
 * @timeout_ms:	longest wait in milliseconds; 0: none; -1: for ever
 *
 * Return: 1 when the output can be written, 0 on time-out, -EINTR on a signal, or another error of
 * poll(2).
 */
static inline int et_sink_wait(const struct et_sink *sink, int timeout_ms)
{
	struct pollfd pfd = { .fd = sink->fd, .events = POLLOUT };
	int r = poll(&pfd, 1, timeout_ms);

	return r < 0 ? -errno : r;
}

/**
 * et_sink_reserve() - get room in the buffer for one event
 * @sink:	the sink
 * @size:	bytes needed, at most the sink's event_max
 * @ret:	receives the address of the room, valid until the next call of a function of @sink
 *
 * If there is too little room, writes the buffer first. Without et_sink_commit(), the bytes in the
 * room are not written.
 *
 * Return: 0, -EMSGSIZE if @size is more than the whole buffer, or an error of et_sink_flush().
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
 * et_sink_commit() - add one line from the room of et_sink_reserve() to the output
 * @sink:	the sink
 * @n:		bytes of the line, at most the reserved size
 *
 * Return: 0; for an unbuffered sink as et_sink_flush(). The line is in the buffer even after a
 * failure.
 */
static inline int et_sink_commit(struct et_sink *sink, size_t n)
{
	sink->used += n;
	sink->pending_lines++;
	return sink->unbuffered ? et_sink_flush(sink) : 0;
}

/* Number of bytes in the buffer that are not written yet. */
static inline size_t et_sink_pending(const struct et_sink *sink)
{
	return sink->used;
}

/*
 * Free a sink. Does not write the buffer and does not close the caller's descriptor. NULL is
 * allowed.
 */
static inline void et_sink_free(struct et_sink *sink)
{
	if (sink)
		sink->ops->free(sink);
}

#endif /* ET_SINK_H */
