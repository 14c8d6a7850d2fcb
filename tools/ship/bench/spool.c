/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/bench/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/segments/folder.h"

#define PART_BYTES (1 << 30)

int spool_make(const char *path)
{
	int r;

	if (mkdir(path, 0700) == 0)
		return 0;
	r = -errno;
	fprintf(stderr, "bench: cannot make the folder %s: %s\n", path, strerror(-r));
	return r;
}

int spool_copy(const char *path, const char *segment, unsigned int number)
{
	char name[ET_SEGMENT_NAME_SIZE], to[PATH_MAX];
	int in = open(segment, O_RDONLY | O_CLOEXEC), out, r = 0;
	ssize_t n = 1;

	et_segment_name(number, name);
	snprintf(to, sizeof(to), "%s/%s", path, name);
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	while (in >= 0 && out >= 0 && n > 0)
		n = sendfile(out, in, NULL, PART_BYTES);
	if (in < 0 || out < 0 || n < 0) {
		r = -errno;
		fprintf(stderr, "bench: cannot copy %s to %s: %s\n", segment, to, strerror(-r));
	}
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	return r;
}

void spool_remove(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char file[PATH_MAX];

		snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
		if (entry->d_type != DT_DIR)
			(void)unlink(file);
	}
	if (dir)
		closedir(dir);
	(void)rmdir(path);
}
