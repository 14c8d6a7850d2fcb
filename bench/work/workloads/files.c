/* SPDX-License-Identifier: BSD-2-Clause */
/* Workload files: a file is created, written, renamed and deleted. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/work/work.h"
#include "tools/cases/account.h"

#define SIZE 4096

struct files {
	char from[300], to[300];
	char data[SIZE];
};

static void *setup(const struct runfiles *runfiles)
{
	struct files *files = calloc(1, sizeof(*files));
	int folder = (int)(strrchr(runfiles->noop, '/') - runfiles->noop);

	CHECK(files);
	snprintf(files->from, sizeof(files->from), "%.*s/new", folder, runfiles->noop);
	snprintf(files->to, sizeof(files->to), "%.*s/renamed", folder, runfiles->noop);
	memset(files->data, 'a', SIZE);
	return files;
}

static void run(void *state, uint64_t count)
{
	const struct files *files = state;

	while (count--) {
		int fd = open(files->from, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

		CHECK(fd >= 0 && write(fd, files->data, SIZE) == SIZE && close(fd) == 0);
		CHECK(rename(files->from, files->to) == 0 && unlink(files->to) == 0);
	}
}

static struct bench_workload workload = {
	.name = "files",
	.doc = "a file in /tmp is created, written with 4,096 bytes, renamed and deleted",
	.operation = "file",
	.events = "file-create,file-modify,file-rename,file-delete",
	.order = 62,
	.work = 12000,
	.varied = true,
	.setup = setup,
	.run = run,
};
BENCH_WORKLOAD(workload)
