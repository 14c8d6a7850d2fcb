/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/patient_write.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

/* Most bytes that a terminal takes without blocking, when it polls writable. */
#define TERMINAL_PIECE 256

size_t patient_piece(bool terminal)
{
	return terminal ? TERMINAL_PIECE : PIPE_BUF;
}

int patient_write(int fd, bool terminal, const char *text, size_t size, int patience_ms)
{
	size_t piece = patient_piece(terminal);

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
