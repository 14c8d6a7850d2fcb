/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/patient_write.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

/*
 * A terminal that polls writable takes this much without blocking; a pipe takes PIPE_BUF at once.
 */
#define TERMINAL_PIECE 256

int patient_write(int fd, bool terminal, const char *text, size_t size, int patience_ms)
{
	size_t piece = terminal ? TERMINAL_PIECE : PIPE_BUF;

	while (size) {
		struct pollfd pfd = { .fd = fd, .events = POLLOUT };
		ssize_t n = poll(&pfd, 1, patience_ms);

		if (n == 0)
			return -ETIMEDOUT;
		if (n > 0)
			n = write(fd, text, size < piece ? size : piece);
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return -errno;
		if (n > 0) {
			text += n;
			size -= (size_t)n;
		}
	}
	return 0;
}
