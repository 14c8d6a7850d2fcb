/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/gate/base.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/run/log_err.h"

#define PROGRAM "bazel-bin/tools/eventstrace/eventstrace"

/*
 * Run a command in @folder. @output receives the first line of its stdout; if @output is NULL,
 * stdout goes to stderr. Return: 0 or a negative errno; -ECHILD: the command failed.
 */
static int command(const char *folder, const char *const *argv, char *output, size_t size)
{
	int fds[2] = { -1, -1 }, status;
	size_t len = 0;
	ssize_t n = 1;
	pid_t pid;

	if (output && pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (!pid) {
		/*
		 * With these variables, Bazel in the worktree would use the workspace of this run.
		 */
		unsetenv("BUILD_WORKSPACE_DIRECTORY");
		unsetenv("BUILD_WORKING_DIRECTORY");
		if (chdir(folder) < 0 || dup2(output ? fds[1] : 2, 1) < 0)
			_exit(127);
		execvp(argv[0], (char *const *)argv);
		log_err("%s: %s", argv[0], strerror(errno));
		_exit(127);
	}
	if (output) {
		close(fds[1]);
		while (pid > 0 && n > 0 && len + 1 < size) {
			n = read(fds[0], output + len, size - 1 - len);
			len += n > 0 ? (size_t)n : 0;
		}
		close(fds[0]);
		output[len] = '\0';
		output[strcspn(output, "\n")] = '\0';
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -errno;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -ECHILD;
}

/*
 * Hash of a source tree's path, FNV-1a. git ties a worktree to one repository, so each source tree
 * needs a worktree of its own.
 */
static uint64_t hash_of(const char *path)
{
	uint64_t hash = 0xcbf29ce484222325;

	while (*path)
		hash = (hash ^ (unsigned char)*path++) * 0x100000001b3;
	return hash;
}

/* The path of the worktree, in the user's cache folder. */
static int worktree_of(const char *tree, char ret[PATH_MAX])
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	bool given = cache && *cache == '/';
	int n;

	if (!given && !home)
		return -ENOENT;
	n = snprintf(ret, PATH_MAX, "%s%s/eventstrace/base-%016" PRIx64, given ? cache : home,
		     given ? "" : "/.cache", hash_of(tree));
	return n < PATH_MAX ? 0 : -ENAMETOOLONG;
}

static int check_out(const char *tree, const char *worktree, const char *commit)
{
	const char *const prune[] = { "git", "worktree", "prune", NULL };
	const char *const add[] = { "git",      "worktree", "add",  "--force", "--quiet",
				    "--detach", worktree,   commit, NULL };
	const char *const move[] = { "git",      "checkout", "--quiet", "--force",
				     "--detach", commit,     NULL };
	int r;

	if (access(worktree, F_OK) == 0)
		return command(worktree, move, NULL, 0);
	r = command(tree, prune, NULL, 0);
	return r < 0 ? r : command(tree, add, NULL, 0);
}

int base_build(const char *tree, const char *revision, char ret[PATH_MAX])
{
	static const char *const build[] = { "./bazelw", "build", "//tools:eventstrace", NULL };
	char name[512], commit[128], worktree[PATH_MAX], program[PATH_MAX + sizeof(PROGRAM)];
	const char *const resolve[] = { "git", "rev-parse", "--verify", name, NULL };
	int r;

	r = worktree_of(tree, worktree);
	if (r < 0) {
		log_err("--base needs the environment variable HOME or XDG_CACHE_HOME");
		return r;
	}
	snprintf(name, sizeof(name), "%s^{commit}", revision);
	r = command(tree, resolve, commit, sizeof(commit));
	if (r == 0)
		r = check_out(tree, worktree, commit);
	if (r < 0) {
		log_err("cannot check out %s in %s: see git's message", revision, worktree);
		return r;
	}
	r = command(worktree, build, NULL, 0);
	if (r < 0) {
		log_err("cannot build eventstrace of %s in %s", revision, worktree);
		return r;
	}
	snprintf(program, sizeof(program), "%s/" PROGRAM, worktree);
	return realpath(program, ret) ? 0 : -errno;
}
