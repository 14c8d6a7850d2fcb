/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/livetest/runfiles.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char tool[PATH_MAX], cases[PATH_MAX];

static int resolve(const char *what, const char *path, char *ret)
{
	if (realpath(path, ret))
		return 0;
	fprintf(stderr, "%s: %s: %s\n", what, path, strerror(errno));
	return -ENOENT;
}

/* Bazel puts the files of a test next to its program. */
static const char *runfile(const char *path)
{
	static char ret[PATH_MAX];
	ssize_t n;

	n = readlink("/proc/self/exe", ret, sizeof(ret) / 2);
	if (n < 0)
		n = 0;
	snprintf(ret + n, sizeof(ret) - (size_t)n, ".runfiles/eventstrace/%s", path);
	return ret;
}

int runfiles_init(int argc, char **argv)
{
	const char *tool_env = getenv("EVENTSTRACE"), *cases_env = getenv("EVENTSTRACE_CASES");
	const char *path;
	int rc;

	path = argc > 1 ? argv[1] : tool_env;
	rc = resolve("eventstrace", path ? path : runfile("tools/eventstrace/eventstrace"), tool);
	if (rc)
		return rc;
	path = argc > 2 ? argv[2] : cases_env;
	rc = resolve("cases", path ? path : runfile("tools/cases/report"), cases);
	/*
	 * Bazel's path may contain links. The real directory of a case contains the other cases
	 * too.
	 */
	if (!rc && !path)
		*strrchr(cases, '/') = '\0';
	if (!rc && geteuid()) {
		fprintf(stderr, "live tests load BPF programs and so must run as root\n");
		rc = -EPERM;
	}
	return rc;
}

const char *runfiles_tool(void)
{
	return tool;
}

const char *runfiles_case(const char *name)
{
	static _Thread_local char path[PATH_MAX + 64];

	snprintf(path, sizeof(path), "%s/%s", cases, name);
	return path;
}
