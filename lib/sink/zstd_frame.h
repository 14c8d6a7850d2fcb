/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compresses bytes into frames of zstd. Each frame can be decompressed alone, and a file may have
 * any number of them, one after the other.
 */
#ifndef ET_ZSTD_FRAME_H
#define ET_ZSTD_FRAME_H

#include <stddef.h>

/*
 * Level and window of all frames. The compressor's state has about 2.1 MB with them. A reader needs
 * no more memory than the window for the bytes of a frame.
 */
#define ET_ZSTD_LEVEL      3
#define ET_ZSTD_WINDOW_LOG 19

/*
 * Upper bound of the bytes of a frame for @n bytes: at least ZSTD_compressBound().
 */
static inline size_t et_zstd_bound(size_t n)
{
	return n + (n >> 8) + 128;
}

/* A compressor, with the frame that it made last. */
struct et_zstd {
	void *ctx;    /* the library's state, a ZSTD_CCtx */
	char *frame;  /* the frame, compressed */
	size_t room;  /* bytes of memory at @frame */
	size_t len;   /* bytes of the frame; 0: there is none */
	size_t done;  /* how many of them are written */
	size_t plain; /* number of bytes that the frame contains, uncompressed */
};

/**
 * et_zstd_new() - make a compressor
 * @max:	largest number of bytes for a frame
 * @ret:	receives the compressor, for et_zstd_free()
 *
 * Return: 0 or -ENOMEM.
 */
int et_zstd_new(size_t max, struct et_zstd **ret);

/* Make a frame of @n bytes, at most the compressor's maximum. Return: 0 or -EIO. */
int et_zstd_compress(struct et_zstd *z, const char *bytes, size_t n);

/* NULL is allowed. */
void et_zstd_free(struct et_zstd *z);

#endif /* ET_ZSTD_FRAME_H */
