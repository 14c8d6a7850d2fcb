/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/sink/zstd_frame.h"

#include <errno.h>
#include <stdlib.h>

#include <zstd.h>

/* Set the parameters. Return: 0 or -ENOMEM. */
static int configure(ZSTD_CCtx *ctx)
{
	const struct {
		ZSTD_cParameter name;
		int value;
	} parameters[] = {
		{ ZSTD_c_compressionLevel, ET_ZSTD_LEVEL },
		{ ZSTD_c_windowLog, ET_ZSTD_WINDOW_LOG },
		{ ZSTD_c_checksumFlag, 1 },
	};

	for (size_t i = 0; i < sizeof(parameters) / sizeof(*parameters); i++) {
		size_t r = ZSTD_CCtx_setParameter(ctx, parameters[i].name, parameters[i].value);

		if (ZSTD_isError(r))
			return -ENOMEM;
	}
	return 0;
}

int et_zstd_new(size_t max, struct et_zstd **ret)
{
	struct et_zstd *z = calloc(1, sizeof(*z));
	int r;

	if (!z)
		return -ENOMEM;
	z->room = et_zstd_bound(max);
	z->frame = calloc(1, z->room);
	z->ctx = ZSTD_createCCtx();
	r = z->frame && z->ctx ? configure(z->ctx) : -ENOMEM;
	/*
	 * The zstd library allocates memory when it makes its first frame. Make a frame of the
	 * largest size now: if memory is short, this function fails, and not a later flush.
	 */
	if (r == 0) {
		char *zeroes = calloc(1, max);

		r = zeroes ? et_zstd_compress(z, zeroes, max) : -ENOMEM;
		free(zeroes);
	}
	if (r < 0) {
		et_zstd_free(z);
		return -ENOMEM;
	}
	z->len = z->plain = 0;
	*ret = z;
	return 0;
}

int et_zstd_compress(struct et_zstd *z, const char *bytes, size_t n)
{
	size_t len = ZSTD_compress2(z->ctx, z->frame, z->room, bytes, n);

	if (ZSTD_isError(len))
		return -EIO;
	z->len = len;
	z->done = 0;
	z->plain = n;
	return 0;
}

void et_zstd_free(struct et_zstd *z)
{
	if (!z)
		return;
	ZSTD_freeCCtx(z->ctx);
	free(z->frame);
	free(z);
}
