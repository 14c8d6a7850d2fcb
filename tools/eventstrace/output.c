/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/eventstrace/patient_write.h"
#include "tools/eventstrace/same_file.h"
#include "tools/eventstrace/stop.h"

int output_guard_standard_fds(void)
{
	for (int fd = 0; fd <= STDERR_FILENO; fd++) {
		/*
		 * open(2) returns the lowest free number. stdin is opened for writing, stdout and
		 * stderr for reading. So output to a stdout that the caller closed fails, and is
		 * not silently dropped.
		 */
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd ? O_RDONLY : O_WRONLY) < 0)
			return -errno;
	}
	return 0;
}

bool output_is(const char *path, int fd)
{
	struct stat a, b;

	if ((path ? stat(path, &a) : fstat(STDOUT_FILENO, &a)) || fstat(fd, &b))
		return false;
	return S_ISREG(a.st_mode) && is_same_file(&a, &b);
}

int output_text(int fd, const char *text, size_t size)
{
	const size_t piece = patient_piece(isatty(fd));

	while (size) {
		struct pollfd fds[] = {
			{ .fd = fd, .events = POLLOUT },
			{ .fd = stop_fd(), .events = POLLIN },
		};
		ssize_t n;

		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return -errno;
		if (!fds[0].revents && fds[1].revents)
			return -ECANCELED;
		if (!fds[0].revents)
			continue;
		n = write(fd, text, size < piece ? size : piece);
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return -errno;
		if (n > 0) {
			text += n;
			size -= n;
		}
	}
	return 0;
}

int output_features(int fd, const struct et_features *features, const char *header)
{
	char line[HEADER_MAX + 128];
	int len;

	len = snprintf(line, sizeof(line),
		       "{\"probes_initialized\": true, \"features\": "
		       "{\"bpf_tramp\": %s, \"ipv6\": %s}%s%s}\n",
		       features->bpf_tramp ? "true" : "false", features->ipv6 ? "true" : "false",
		       *header ? ", " : "", header);
	return output_text(fd, line, len);
}
