/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/zstd_end.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zstd.h>
#include <zstd_errors.h>

/* ZSTD_MAGICNUMBER in little-endian byte order. */
static const unsigned char magic[4] = { 0x28, 0xb5, 0x2f, 0xfd };

bool zstd_begins(int fd)
{
	unsigned char first[sizeof(magic)];

	return pread(fd, first, sizeof(first), 0) == (ssize_t)sizeof(first) &&
	       memcmp(first, magic, sizeof(magic)) == 0;
}

/*
 * ZSTD_findFrameCompressedSize() needs the whole frame in memory, but reads only parts of it. So
 * the file is mapped.
 */
int zstd_end(int fd, off_t *ret)
{
	size_t size, at = 0;
	const char *bytes;
	struct stat st;
	int r = 0;

	if (fstat(fd, &st) < 0)
		return -errno;
	size = (size_t)st.st_size;
	if (!size) {
		*ret = 0;
		return 0;
	}
	bytes = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	if (bytes == MAP_FAILED)
		return -errno;
	while (at < size) {
		size_t n = ZSTD_findFrameCompressedSize(bytes + at, size - at);

		if (!ZSTD_isError(n)) {
			at += n;
			continue;
		}
		/* The file may also end inside of a frame's magic number. */
		if (ZSTD_getErrorCode(n) != ZSTD_error_srcSize_wrong ||
		    memcmp(bytes + at, magic,
			   size - at < sizeof(magic) ? size - at : sizeof(magic)) != 0)
			r = -EILSEQ;
		break;
	}
	munmap((void *)bytes, size);
	if (r == 0)
		*ret = (off_t)at;
	return r;
}
