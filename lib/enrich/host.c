/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/enrich/host.h"

#include <fcntl.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

_Static_assert(sizeof(((struct utsname *)0)->nodename) <= ET_HOST_NAME_SIZE, "a name has room");

/* Read a UUID from a file of procfs into @ret. If that fails, @ret becomes empty. */
static void read_uuid(const char *path, char *ret, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = 0;

	if (fd >= 0) {
		n = read(fd, ret, size - 1);
		close(fd);
	}
	ret[n == (ssize_t)size - 1 ? n : 0] = '\0';
}

void et_host_make_session(char ret[ET_HOST_SESSION_SIZE])
{
	read_uuid("/proc/sys/kernel/random/uuid", ret, ET_HOST_SESSION_SIZE);
}

void et_host_read(char name[ET_HOST_NAME_SIZE], char boot_id[ET_HOST_BOOT_ID_SIZE])
{
	struct utsname uts;

	*name = '\0';
	if (uname(&uts) == 0)
		memcpy(name, uts.nodename, strlen(uts.nodename) + 1);
	read_uuid("/proc/sys/kernel/random/boot_id", boot_id, ET_HOST_BOOT_ID_SIZE);
}
