/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/log_err.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "tools/eventstrace/printable.h"

/* If stderr takes nothing for this time, nothing more is printed. */
#define PATIENCE_MS 2000

/*
 * A terminal that polls writable takes this much without blocking; a pipe takes PIPE_BUF at once.
 */
#define TERMINAL_PIECE 256

int log_err_text(const char *text, size_t size)
{
	size_t piece = isatty(STDERR_FILENO) ? TERMINAL_PIECE : PIPE_BUF;

	while (size) {
		struct pollfd pfd = { .fd = STDERR_FILENO, .events = POLLOUT };
		ssize_t n = poll(&pfd, 1, PATIENCE_MS);

		if (n == 0)
			return -ETIMEDOUT;
		if (n > 0)
			n = write(STDERR_FILENO, text, size < piece ? size : piece);
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return -errno;
		if (n > 0) {
			text += n;
			size -= (size_t)n;
		}
	}
	return 0;
}

void log_err(const char *fmt, ...)
{
	char text[1024], shown[sizeof(text) * PRINTABLE_BYTE_MAX], line[sizeof(shown) + 16];
	va_list ap;
	int len;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	printable(shown, sizeof(shown), text, false);
	len = snprintf(line, sizeof(line), "eventstrace: %s\n", shown);
	(void)log_err_text(line, (size_t)len);
}
