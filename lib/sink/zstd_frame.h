/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compresses bytes into frames of zstd. Each frame can be decompressed alone, and a file may have
 * any number of them, one after the other.
 */
#ifndef ET_ZSTD_FRAME_H
#define ET_ZSTD_FRAME_H

#include <stddef.h>

/*
 * Compression level, and log2 of the window size in bytes: the window has 512 KiB. With these
 * values, the compressor's state has about 2.1 MB. A reader keeps at most a window of decompressed
 * bytes in memory.
 */
#define ET_ZSTD_LEVEL      3
#define ET_ZSTD_WINDOW_LOG 19

/* Upper bound of a frame's size for @n uncompressed bytes. At least ZSTD_compressBound(@n). */
static inline size_t et_zstd_bound(size_t n)
{
	return n + (n >> 8) + 128;
}

/* A compressor, with the frame that it made last. Sizes are in bytes. */
struct et_zstd {
	void *ctx;    /* the zstd library's state, a ZSTD_CCtx */
	char *frame;  /* memory for the compressed frame */
	size_t room;  /* size of this memory */
	size_t len;   /* size of the compressed frame; 0: there is no frame */
	size_t done;  /* number of bytes of the frame that are written to the output */
	size_t plain; /* size of the frame's contents before compression */
};

/**
 * et_zstd_new() - make a compressor
 * @max:	largest number of uncompressed bytes for a frame
 * @ret:	receives the compressor; the caller frees it with et_zstd_free()
 *
 * Return: 0 or -ENOMEM.
 */
int et_zstd_new(size_t max, struct et_zstd **ret);

/* Compress @n bytes into the frame @z->frame. @n is at most @max above. Return: 0 or -EIO. */
int et_zstd_compress(struct et_zstd *z, const char *bytes, size_t n);

/* Free a compressor. NULL is allowed. */
void et_zstd_free(struct et_zstd *z);

#endif /* ET_ZSTD_FRAME_H */
