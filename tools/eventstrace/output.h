/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where events go, and what is written there beside them.
 */
#ifndef TOOLS_EVENTSTRACE_OUTPUT_H
#define TOOLS_EVENTSTRACE_OUTPUT_H

#include "lib/include/eventstrace.h"

/* Make sure that 0, 1 and 2 are open, so that no other file can get their numbers. */
int output_guard_standard_fds(void);

/* Open the file of --output as a shell's ">" does; NULL is stdout. Return: fd or negative errno. */
int output_open(const char *path);

/* Write the line of --print-features-on-init. Return: 0 or a negative errno. */
int output_features(int fd, const struct et_features *features);

#endif /* TOOLS_EVENTSTRACE_OUTPUT_H */
