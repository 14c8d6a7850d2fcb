/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/kernel/tracefs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *const places[] = {
	"/sys/kernel/tracing/events",
	"/sys/kernel/debug/tracing/events",
};

static int open_detached(int *ret)
{
	int fs, mnt = -1, fd = -1, r = 0;

	fs = fsopen("tracefs", FSOPEN_CLOEXEC);
	if (fs < 0)
		return -errno;
	if (fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
		mnt = fsmount(fs, FSMOUNT_CLOEXEC, 0);
	if (mnt >= 0)
		fd = openat(mnt, "events", O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		r = -errno;
	else
		*ret = fd; /* the kernel keeps the mount while this descriptor is open */

	if (mnt >= 0)
		close(mnt);
	close(fs);
	return r;
}

int et_tracefs__open(int *ret)
{
	int denied = 0, fd, r;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		fd = open(places[i], O_DIRECTORY | O_RDONLY | O_CLOEXEC);
		if (fd >= 0) {
			*ret = fd;
			return 0;
		}
		if (errno == EACCES || errno == EPERM)
			denied = -errno;
	}

	r = open_detached(ret);
	/*
	 * If a mounted tracefs denied access, return that error: it explains more than the -EPERM
	 * of the attempt to mount tracefs.
	 */
	return r == -EPERM && denied ? denied : r;
}

int et_tracefs__id(int events_fd, const char *tracepoint, __u64 *ret)
{
	char path[128], text[32], *end;
	unsigned long long id;
	ssize_t n;
	int fd;

	if (snprintf(path, sizeof(path), "%s/id", tracepoint) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	fd = openat(events_fd, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, text, sizeof(text) - 1);
	if (n < 0)
		n = -errno;
	close(fd);
	if (n <= 0)
		return n ? (int)n : -EBADMSG;

	text[n] = '\0';
	errno = 0;
	id = strtoull(text, &end, 10);
	if (errno || end == text || (*end && *end != '\n'))
		return -EBADMSG;
	*ret = id;
	return 0;
}

int et_tracefs__open_event(int events_fd, const char *tracepoint)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.sample_period = 1,
		.wakeup_events = 1,
	};
	__u64 id = 0;
	int fd, r;

	r = et_tracefs__id(events_fd, tracepoint, &id);
	if (r < 0)
		return r;
	attr.config = id;
	fd = (int)syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}
