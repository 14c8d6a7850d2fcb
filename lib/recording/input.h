/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a file, and decompresses it if its first bytes are those of a zstd frame. */
#ifndef ET_RECORDING_INPUT_H
#define ET_RECORDING_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct et_input;

/*
 * Largest window of a zstd frame, as a power of two: 8 MiB, which levels up to 19 use. The limit
 * bounds the memory that a file from another program can require.
 */
#define ET_INPUT_WINDOW_LOG 23

/**
 * et_input_new() - prepare to read a file
 * @fd:		a file or a pipe; the caller closes it
 * @ret:	receives the object; the caller frees it with et_input_free()
 *
 * Return: 0 or -ENOMEM.
 */
int et_input_new(int fd, struct et_input **ret);

/*
 * As et_input_new(), but read the @size bytes at @bytes, which stay valid as long as the object:
 * et_input_read() copies from them, and calls no read(2).
 */
int et_input_new_on_bytes(const void *bytes, size_t size, struct et_input **ret);

/**
 * et_input_read() - read the next bytes
 * @in:		the input
 * @buf:	receives at most @room bytes, at least 1
 *
 * Calls read(2) at most once, and not while et_input_holds() is true.
 *
 * Return: the number of bytes. 0: no bytes are available now, or the file has ended;
 * et_input_at_end() tells which. -EBADMSG: the compressed bytes are damaged; -EFBIG: a window is
 * too large; -ENOMEM; or an error of read(2).
 */
ssize_t et_input_read(struct et_input *in, char *buf, size_t room);

/* True if et_input_read() can return more bytes without calling read(2). */
bool et_input_holds(const struct et_input *in);

/* True after the last byte was read. The last frame of a compressed file may be incomplete. */
bool et_input_at_end(const struct et_input *in);

/* True if the file is compressed; false before its first bytes are read. */
bool et_input_is_compressed(const struct et_input *in);

/* NULL is allowed. */
void et_input_free(struct et_input *in);

#endif /* ET_RECORDING_INPUT_H */
