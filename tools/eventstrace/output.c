/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tools/eventstrace/stop.h"

int output_guard_standard_fds(void)
{
	for (int fd = 0; fd <= STDERR_FILENO; fd++) {
		/*
		 * open() takes the lowest free number. Of the wrong direction on purpose: output
		 * to a stdout that the caller has closed is to fail, not to vanish.
		 */
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd ? O_RDONLY : O_WRONLY) < 0)
			return -errno;
	}
	return 0;
}

#define RETRY_NS 20000000L

/*
 * Opening a FIFO waits for its reader, and no time limit would end that: so ask again and again.
 * What is opened does not block afterwards, which is ours alone to know.
 */
static int open_fifo(const char *path, uint64_t patience_ns)
{
	const struct timespec pause = { .tv_nsec = RETRY_NS };
	uint64_t waited = 0;
	int fd;

	while ((fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)) < 0 && errno == ENXIO) {
		if (patience_ns && waited >= patience_ns)
			return -ENXIO;
		nanosleep(&pause, NULL);
		waited += RETRY_NS;
	}
	return fd < 0 ? -errno : fd;
}

int output_open(const char *path, uint64_t patience_ns)
{
	struct stat st;
	int fd;

	if (!path) {
		int flags = fcntl(STDOUT_FILENO, F_GETFL);

		/* Say so now, and not with the first event. */
		return (flags & O_ACCMODE) == O_RDONLY ? -EBADF : STDOUT_FILENO;
	}
	if (!stat(path, &st) && S_ISFIFO(st.st_mode))
		return open_fifo(path, patience_ns);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY | O_CLOEXEC, 0666);
	return fd < 0 ? -errno : fd;
}

bool output_is(const char *path, int fd)
{
	struct stat a, b;

	if ((path ? stat(path, &a) : fstat(STDOUT_FILENO, &a)) || fstat(fd, &b))
		return false;
	return S_ISREG(a.st_mode) && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* Less than a pipe or a terminal that polls writable takes at once. */
static int write_all(int fd, const char *data, size_t size)
{
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
		n = write(fd, data, size);
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return -errno;
		if (n > 0) {
			data += n;
			size -= n;
		}
	}
	return 0;
}

int output_features(int fd, const struct et_features *features)
{
	char line[128];
	int len;

	len = snprintf(line, sizeof(line),
		       "{\"probes_initialized\": true, \"features\": "
		       "{\"bpf_tramp\": %s, \"ipv6\": %s}}\n",
		       features->bpf_tramp ? "true" : "false", features->ipv6 ? "true" : "false");
	return write_all(fd, line, len);
}
