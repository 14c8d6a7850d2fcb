/* SPDX-License-Identifier: BSD-2-Clause */
/* Builds eventstrace from another git revision. */
#ifndef BENCH_BASE_H
#define BENCH_BASE_H

#include <limits.h>

/**
 * base_build() - build eventstrace from a revision, in a separate git worktree
 * @tree:		the source tree whose repository has the revision
 * @revision:		name of the revision, as git accepts it
 * @ret:		receives the program's path
 *
 * The worktree is in the user's cache folder, one for each source tree. It is kept, so later builds
 * take seconds. Prints the output of git and of the build, and failures, on stderr.
 *
 * Return: 0 or a negative errno.
 */
int base_build(const char *tree, const char *revision, char ret[PATH_MAX]);

#endif /* BENCH_BASE_H */
