/* SPDX-License-Identifier: BSD-2-Clause */
/* Reports what this machine cannot do because of its hardware or its kernel's configuration. */
#ifndef TOOLS_LIVETEST_CANNOT_H
#define TOOLS_LIVETEST_CANNOT_H

#include <stdbool.h>

/**
 * cannot() - print that this machine cannot do what a test needs
 * @what:	the test: "file/int80"
 * @why:	what the machine lacks and how that showed, in one line
 *
 * The test must have seen the error itself before it calls this. A missing privilege is not a valid
 * reason. Prints "cannot: WHAT: WHY", which .ci/run repeats. In a guest, LIVETEST_CANNOT in the
 * environment lists the tests that its kernel cannot run, separated by spaces. Without that
 * variable any test may call this.
 *
 * Return: false if the machine should be able to run the test; the test must then fail.
 */
bool cannot(const char *what, const char *why);

#endif /* TOOLS_LIVETEST_CANNOT_H */
