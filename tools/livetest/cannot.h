/* SPDX-License-Identifier: BSD-2-Clause */
/* What this machine cannot do at all, because of its hardware or its kernel's configuration. */
#ifndef TOOLS_LIVETEST_CANNOT_H
#define TOOLS_LIVETEST_CANNOT_H

#include <stdbool.h>

/**
 * cannot() - print that this machine cannot do what a test needs
 * @what:	the test: "file/int80"
 * @why:	what the machine lacks and how that showed; one line
 *
 * The test has seen the refusal itself before it calls this. A missing privilege is no such reason.
 * Prints "cannot: WHAT: WHY", which .ci/run repeats. In a guest the environment's LIVETEST_CANNOT
 * lists the tests that its kernel cannot run, apart by spaces; without that variable any test may
 * call this.
 *
 * Return: false if the machine must be able to run the test, so that the test fails.
 */
bool cannot(const char *what, const char *why);

#endif /* TOOLS_LIVETEST_CANNOT_H */
