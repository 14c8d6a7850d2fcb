/* SPDX-License-Identifier: BSD-2-Clause */
/* Paths of eventstrace and of the cases. */
#ifndef TOOLS_LIVETEST_RUNFILES_H
#define TOOLS_LIVETEST_RUNFILES_H

/**
 * runfiles_init() - find eventstrace and the cases, and check that the test runs as root
 * @argc:	of main()
 * @argv:	of main(): the path of eventstrace, and the directory of the cases
 *
 * EVENTSTRACE and EVENTSTRACE_CASES in the environment replace missing arguments. If a variable is
 * not set either, Bazel's paths are used. Prints an error message on failure.
 *
 * Return: 0 or a negative errno.
 */
int runfiles_init(int argc, char **argv);

/* Absolute path of eventstrace. */
const char *runfiles_tool(void);

/* Absolute path of the case @name, in a buffer of the calling thread. */
const char *runfiles_case(const char *name);

#endif /* TOOLS_LIVETEST_RUNFILES_H */
