/* SPDX-License-Identifier: BSD-2-Clause */
/* Paths of the program under test and of the cases. */
#ifndef TOOLS_LIVETEST_RUNFILES_H
#define TOOLS_LIVETEST_RUNFILES_H

/**
 * runfiles_init() - find the program and the cases
 * @argc:	of main()
 * @argv:	of main(): the program's path, and the cases' directory
 *
 * A missing argument is taken from EVENTSTRACE or EVENTSTRACE_CASES in the environment; if that is
 * not set either, from Bazel's layout. Prints an error message.
 *
 * Return: 0 or a negative errno.
 */
int runfiles_init(int argc, char **argv);

/* Absolute path of eventstrace. */
const char *runfiles_tool(void);

/* Absolute path of the case @name, in a per-thread buffer. */
const char *runfiles_case(const char *name);

#endif /* TOOLS_LIVETEST_RUNFILES_H */
