/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/iter.h"

#include <errno.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

int et_iter__run(const struct bpf_link *link)
{
	char nothing[64];
	ssize_t n;
	int fd, r;

	fd = bpf_iter_create(bpf_link__fd(link));
	if (fd < 0)
		return fd;
	do
		n = read(fd, nothing, sizeof(nothing));
	while (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)));
	r = n < 0 ? -errno : 0;
	close(fd);
	return r;
}
