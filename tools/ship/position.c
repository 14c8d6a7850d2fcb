/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/position.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NAME     "ship.position"
#define NEW_NAME "ship.position.new"

/* The first word is the version of the file. A hyphen means that the session is not known. */
#define FORMAT "1 %s %s %" PRIu64 "\n"
#define SCAN   "1 %24s %39s %" SCNu64 "%c"

int ship_position_load(int folder_fd, struct ship_position *ret)
{
	int fd = openat(folder_fd, NAME, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct ship_position position = { 0 };
	char text[256], newline;
	ssize_t n;

	if (fd < 0 && errno != ENOENT)
		return -errno;
	if (fd >= 0) {
		n = read(fd, text, sizeof(text) - 1);
		if (n < 0)
			n = -errno;
		close(fd);
		if (n < 0)
			return (int)n;
		text[n] = '\0';
		/* Four conversions: without the newline, the number can lack digits. */
		if (sscanf(text, SCAN, position.segment, position.session, &position.records,
			   &newline) != 4)
			position = (struct ship_position){ 0 };
		if (strcmp(position.session, "-") == 0)
			*position.session = '\0';
	}
	*ret = position;
	return 0;
}

static int write_all(int fd, const char *text, size_t len)
{
	ssize_t n = write(fd, text, len);

	if (n < 0)
		return -errno;
	return (size_t)n == len ? 0 : -ENOSPC;
}

int ship_position_save(int folder_fd, const struct ship_position *position)
{
	int fd = openat(folder_fd, NEW_NAME, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
			0640);
	char text[256];
	int len, r;

	if (fd < 0)
		return -errno;
	len = snprintf(text, sizeof(text), FORMAT, position->segment,
		       *position->session ? position->session : "-", position->records);
	r = write_all(fd, text, (size_t)len);
	/* Without it, a power cut could leave an empty file under the final name. */
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	close(fd);
	if (r == 0 && renameat(folder_fd, NEW_NAME, folder_fd, NAME) < 0)
		r = -errno;
	return r;
}
