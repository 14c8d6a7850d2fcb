/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes the kernel dereference a NULL pointer, by sysrq "c": Documentation/admin-guide/sysrq.rst.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	int fd = open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC);

	printf("the kernel is about to crash\n");
	fflush(stdout);
	sleep(1);
	if (fd < 0 || write(fd, "c", 1) != 1)
		return 1;
	close(fd);
	return 0;
}
