/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/recording/input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zstd.h>
#include <zstd_errors.h>

/* The first bytes of a zstd frame: ZSTD_MAGICNUMBER in little-endian order. */
static const char zstd_magic[4] = { 0x28, (char)0xb5, 0x2f, (char)0xfd };

/* Size of the buffer for compressed bytes. */
#define COMPRESSED (64 * 1024)

enum kind {
	UNKNOWN, /* fewer than 4 bytes are read */
	PLAIN,
	ZSTD,
};

struct et_input {
	int fd; /* -1: the bytes come from `bytes` */
	const char *bytes;
	size_t bytes_left;
	enum kind kind;
	bool eof;
	/* The bytes from `pos` to `len` of `buf` were read from the file, and are not used yet. */
	char buf[COMPRESSED];
	size_t pos, len;
	ZSTD_DCtx *ctx; /* NULL if the file is not compressed */
	bool full;      /* the caller's room was used up: zstd may hold more uncompressed bytes */
};

int et_input_new(int fd, struct et_input **ret)
{
	struct et_input *in = malloc(sizeof(*in));

	if (!in)
		return -ENOMEM;
	in->fd = fd;
	in->bytes = NULL;
	in->bytes_left = 0;
	in->kind = UNKNOWN;
	in->eof = false;
	in->pos = in->len = 0;
	in->ctx = NULL;
	in->full = false;
	*ret = in;
	return 0;
}

int et_input_new_on_bytes(const void *bytes, size_t size, struct et_input **ret)
{
	int r = et_input_new(-1, ret);

	if (r == 0) {
		(*ret)->bytes = bytes;
		(*ret)->bytes_left = size;
	}
	return r;
}

/* Read from the file, or from the bytes in memory. */
static ssize_t read_source(struct et_input *in, char *buf, size_t room)
{
	ssize_t n;

	if (in->fd >= 0) {
		n = read(in->fd, buf, room);
		if (n < 0)
			return -errno;
	} else {
		n = (ssize_t)(in->bytes_left < room ? in->bytes_left : room);
		memcpy(buf, in->bytes, (size_t)n);
		in->bytes += n;
		in->bytes_left -= (size_t)n;
	}
	in->eof = n == 0;
	return n;
}

/*
 * Read more bytes, and append them to those in the buffer. Return: how many; 0 at the end; or a
 * negative errno.
 */
static ssize_t fill(struct et_input *in)
{
	ssize_t n = read_source(in, in->buf + in->len, sizeof(in->buf) - in->len);

	if (n > 0)
		in->len += (size_t)n;
	return n;
}

/* Find out whether the file is compressed. Return: 0 or a negative errno. */
static int recognize(struct et_input *in)
{
	ssize_t n = fill(in);

	if (n < 0)
		return (int)n;
	if (in->len < sizeof(zstd_magic) && !in->eof)
		return 0;
	if (in->len < sizeof(zstd_magic) || memcmp(in->buf, zstd_magic, sizeof(zstd_magic)) != 0) {
		in->kind = PLAIN;
		return 0;
	}
	in->ctx = ZSTD_createDCtx();
	if (!in->ctx ||
	    ZSTD_isError(ZSTD_DCtx_setParameter(in->ctx, ZSTD_d_windowLogMax, ET_INPUT_WINDOW_LOG)))
		return -ENOMEM;
	in->kind = ZSTD;
	return 0;
}

static int errno_of(size_t r)
{
	switch (ZSTD_getErrorCode(r)) {
	case ZSTD_error_frameParameter_windowTooLarge:
		return -EFBIG;
	case ZSTD_error_memory_allocation:
		return -ENOMEM;
	default:
		return -EBADMSG;
	}
}

static ssize_t decompress(struct et_input *in, char *buf, size_t room)
{
	ZSTD_outBuffer out = { .dst = buf, .size = room };
	ZSTD_inBuffer from = { .src = in->buf, .size = in->len, .pos = in->pos };

	do {
		size_t r = ZSTD_decompressStream(in->ctx, &out, &from);

		if (ZSTD_isError(r))
			return errno_of(r);
	} while (out.pos < out.size && from.pos < from.size);
	in->pos = from.pos;
	in->full = out.pos == out.size;
	return (ssize_t)out.pos;
}

static ssize_t take(struct et_input *in, char *buf, size_t room)
{
	size_t n = in->len - in->pos;

	if (n > room)
		n = room;
	memcpy(buf, in->buf + in->pos, n);
	in->pos += n;
	return (ssize_t)n;
}

ssize_t et_input_read(struct et_input *in, char *buf, size_t room)
{
	ssize_t n;

	if (in->kind == UNKNOWN) {
		int r = recognize(in);

		if (r < 0 || in->kind == UNKNOWN)
			return r;
	} else if (!et_input_holds(in)) {
		if (in->kind == PLAIN)
			return read_source(in, buf, room);
		in->pos = in->len = 0;
		n = fill(in);
		if (n <= 0)
			return n;
	}
	return in->kind == PLAIN ? take(in, buf, room) : decompress(in, buf, room);
}

bool et_input_holds(const struct et_input *in)
{
	return in->kind != UNKNOWN && (in->pos < in->len || in->full);
}

bool et_input_at_end(const struct et_input *in)
{
	return in->eof && !et_input_holds(in);
}

bool et_input_is_compressed(const struct et_input *in)
{
	return in->kind == ZSTD;
}

void et_input_free(struct et_input *in)
{
	if (!in)
		return;
	ZSTD_freeDCtx(in->ctx);
	free(in);
}
