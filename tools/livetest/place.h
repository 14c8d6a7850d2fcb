/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the program under test and the cases are. */
#ifndef TOOLS_LIVETEST_PLACE_H
#define TOOLS_LIVETEST_PLACE_H

/**
 * place_init() - find the program and the cases
 * @argc:	of main()
 * @argv:	of main(): the program's path, and the cases' folder
 *
 * For what is not given, the environment's EVENTSTRACE and EVENTSTRACE_CASES tell, and failing
 * these it is where Bazel lays it out.
 * Prints what is wrong.
 *
 * Return: 0 or a negative errno.
 */
int place_init(int argc, char **argv);

/* Absolute path of eventstrace. */
const char *place_tool(void);

/* Absolute path of the case @name, in a buffer of the thread's own. */
const char *place_case(const char *name);

#endif /* TOOLS_LIVETEST_PLACE_H */
