/* SPDX-License-Identifier: BSD-2-Clause */
/* Builds eventstrace of another revision. */
#ifndef BENCH_BASE_H
#define BENCH_BASE_H

#include <limits.h>

/**
 * base_build() - build eventstrace of a revision, in a git worktree of its own
 * @tree:	the source tree that has the revision
 * @revision:	as git names it
 * @ret:	receives the program's path
 *
 * The worktree is in the user's cache folder, one for each source tree. It stays, so that a second
 * build takes seconds. Prints the output of git and of the build, and failures, on stderr.
 *
 * Return: 0 or a negative errno.
 */
int base_build(const char *tree, const char *revision, char ret[PATH_MAX]);

#endif /* BENCH_BASE_H */
