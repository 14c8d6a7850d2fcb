/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tools/livetest/folder.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/livetest/filtered.h"

static char folder[64];

int folder_open(const char *prefix)
{
	snprintf(folder, sizeof(folder), "%sXXXXXX", prefix);
	return mkdtemp(folder) ? 0 : -1;
}

int folder_close(void **state)
{
	(void)state;
	return rmdir(folder);
}

const char *folder_path(void)
{
	return folder;
}

const char *folder_at(const char *name)
{
	return filtered_text("%s/%s", folder, name);
}

void folder_make_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	close(fd);
}
