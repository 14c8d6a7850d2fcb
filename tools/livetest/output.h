/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs a program and reads its output. */
#ifndef TOOLS_LIVETEST_OUTPUT_H
#define TOOLS_LIVETEST_OUTPUT_H

#include <stddef.h>

#include "tools/livetest/proc.h"

/**
 * output_of() - run a program, read all that it prints, and wait for its end
 * @opts:	options; a pipe replaces `out` if @ret_out is set, and `err` if @ret_err is set
 * @ret_out:	receives the standard output, for free(3); NULL: @opts has a descriptor for it
 * @ret_err:	the same for the standard error
 *
 * A failure ends the test. So does a program that runs for more than a minute (scaled).
 *
 * Return: the status of waitpid(2).
 */
int output_of(const struct proc_options *opts, char **ret_out, char **ret_err);

/*
 * Read a file. @ret_size receives its bytes; NULL: not needed. A failure ends the test. Return: the
 * bytes and a terminating 0, for free(3).
 */
char *output_file(const char *path, size_t *ret_size);

#endif /* TOOLS_LIVETEST_OUTPUT_H */
