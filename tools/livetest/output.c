/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tools/livetest/output.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/livetest/memory.h"

#define TIMEOUT_MS 60000

int output_of(const struct proc_options *opts, char **ret_out, char **ret_err)
{
	struct proc_options proc = *opts;
	char **const rets[] = { ret_out, ret_err };
	int *const fds[] = { &proc.out, &proc.err };
	int pipes[2][2], status, r;
	pid_t pid;

	for (int i = 0; i < 2; i++) {
		if (!rets[i])
			continue;
		assert_int_equal(pipe2(pipes[i], O_CLOEXEC), 0);
		*fds[i] = pipes[i][1];
	}
	r = proc_spawn(&proc, &pid);
	if (r)
		fail_msg("%s: %s", proc.argv[0], strerror(-r));
	for (int i = 0; i < 2; i++)
		if (rets[i])
			close(pipes[i][1]);
	for (int i = 0; i < 2; i++) {
		if (!rets[i])
			continue;
		*rets[i] = proc_read_all(pipes[i][0], TIMEOUT_MS);
		close(pipes[i][0]);
	}
	assert_int_equal(proc_wait(pid, TIMEOUT_MS, &status), 0);
	return status;
}

char *output_file(const char *path, size_t *ret_size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *text;

	if (fd < 0 || fstat(fd, &st) < 0)
		fail_msg("%s: %s", path, strerror(errno));
	text = must_realloc(NULL, (size_t)st.st_size + 1);
	assert_int_equal(read(fd, text, (size_t)st.st_size), st.st_size);
	close(fd);
	text[st.st_size] = '\0';
	if (ret_size)
		*ret_size = (size_t)st.st_size;
	return text;
}
