/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cases/xfs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <unistd.h>

#include "tools/cases/account.h"

struct bytes {
	long offset;
	const char *hex;
};

static const struct bytes not_zero[] = {
#define XFS_BYTES(offset, hex) { offset, hex },
#include "tools/cases/xfs.inc"
#undef XFS_BYTES
};

static unsigned int digit(char c)
{
	return (unsigned int)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static void fill(char *image)
{
	for (size_t i = 0; i < sizeof(not_zero) / sizeof(not_zero[0]); i++) {
		char *to = image + not_zero[i].offset;

		for (const char *hex = not_zero[i].hex; *hex; hex += 2)
			*to++ = (char)(digit(hex[0]) << 4 | digit(hex[1]));
	}
}

/*
 * Return: descriptor of a loop device with the file @image, or -1 if the kernel has no loop
 * devices. Another process can take a free device first, so try again then.
 */
static int attach(int image, char *ret_device, size_t size)
{
	struct loop_config config = {
		.fd = (__u32)image,
		.info = { .lo_flags = LO_FLAGS_AUTOCLEAR },
	};
	int fd = -1, control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);

	if (control < 0) {
		CHECK(errno == ENOENT || errno == ENXIO || errno == ENODEV);
		return -1;
	}
	for (int i = 0; i < 100; i++) {
		int n = ioctl(control, LOOP_CTL_GET_FREE);

		CHECK(n >= 0);
		snprintf(ret_device, size, "/dev/loop%d", n);
		fd = open(ret_device, O_RDWR | O_CLOEXEC);
		CHECK(fd >= 0);
		if (!ioctl(fd, LOOP_CONFIGURE, &config))
			break;
		CHECK(errno == EBUSY);
		close(fd);
		fd = -1;
	}
	close(control);
	CHECK(fd >= 0);
	return fd;
}

bool xfs_mount(const char *image, const char *dir)
{
	char device[32], *mapped;
	int loop, fd = open(image, O_RDWR | O_CLOEXEC);
	bool mounted;

	CHECK(fd >= 0);
	mapped = mmap(NULL, XFS_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	CHECK(mapped != MAP_FAILED);
	fill(mapped);
	CHECK(munmap(mapped, XFS_SIZE) == 0);
	loop = attach(fd, device, sizeof(device));
	close(fd);
	if (loop < 0)
		return false;
	mounted = !mount(device, dir, "xfs", 0, "");
	CHECK(mounted || errno == ENODEV);
	close(loop);
	return mounted;
}
