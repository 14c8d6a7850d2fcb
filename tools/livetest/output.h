/* SPDX-License-Identifier: BSD-2-Clause */
/* What a program prints. */
#ifndef TOOLS_LIVETEST_OUTPUT_H
#define TOOLS_LIVETEST_OUTPUT_H

#include "tools/livetest/proc.h"

/**
 * output_of() - run a program, read all that it prints, and wait for its end
 * @opts:	options; out and err are replaced by pipes if they are wanted
 * @ret_out:	receives its standard output, to free(); NULL: @opts has a descriptor for it
 * @ret_err:	the same for its standard error
 *
 * A failure ends the test; so does a program that runs for more than a minute (scaled).
 *
 * Return: the status of waitpid(2).
 */
int output_of(const struct proc_options *opts, char **ret_out, char **ret_err);

#endif /* TOOLS_LIVETEST_OUTPUT_H */
