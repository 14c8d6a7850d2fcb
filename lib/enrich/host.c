/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/enrich/host.h"

#include <fcntl.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

_Static_assert(sizeof(((struct utsname *)0)->nodename) <= ET_HOST_NAME_SIZE, "a name has room");

void et_host_read(char name[ET_HOST_NAME_SIZE], char boot_id[ET_HOST_BOOT_ID_SIZE])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	struct utsname uts;
	ssize_t n = 0;

	*name = '\0';
	if (uname(&uts) == 0)
		memcpy(name, uts.nodename, strlen(uts.nodename) + 1);
	if (fd >= 0) {
		n = read(fd, boot_id, ET_HOST_BOOT_ID_SIZE - 1);
		close(fd);
	}
	boot_id[n == ET_HOST_BOOT_ID_SIZE - 1 ? n : 0] = '\0';
}
