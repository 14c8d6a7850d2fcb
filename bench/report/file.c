/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/report/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int file_read(const char *path, char **ret, size_t *ret_len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t room = 65536, len = 0;
	char *text;
	int r = -ENOMEM;

	if (fd < 0)
		return -errno;
	text = malloc(room);
	while (text) {
		ssize_t n = read(fd, text + len, room - len);

		if (n < 0) {
			r = -errno;
			break;
		}
		if (!n) {
			close(fd);
			*ret = text;
			*ret_len = len;
			return 0;
		}
		len += n;
		if (len == room) {
			char *more = realloc(text, room *= 2);

			if (!more)
				break;
			text = more;
		}
	}
	free(text);
	close(fd);
	return r;
}
