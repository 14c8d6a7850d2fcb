/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "lib/sink/memory_file.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int memory_file_new(void)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	if (fd < 0)
		abort();
	return fd;
}

char *memory_file_text(int fd, size_t *ret_size)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char *text = size < 0 ? NULL : calloc(1, (size_t)size + 1);

	if (!text || pread(fd, text, (size_t)size, 0) != size)
		abort();
	if (ret_size)
		*ret_size = (size_t)size;
	return text;
}
