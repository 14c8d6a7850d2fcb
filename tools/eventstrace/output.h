/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where events go, and what is written there beside them.
 */
#ifndef TOOLS_EVENTSTRACE_OUTPUT_H
#define TOOLS_EVENTSTRACE_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/include/eventstrace.h"

/* Make sure that 0, 1 and 2 are open, so that no other file can get their numbers. */
int output_guard_standard_fds(void);

/**
 * output_open() - open the file of --output as a shell's ">" does
 * @path:	its name; NULL is stdout
 * @patience_ns: wait no longer for who reads a FIFO; 0: for ever, or until a signal
 *
 * Return: a descriptor, -ENXIO: no program reads the FIFO, or another negative errno.
 */
int output_open(const char *path, uint64_t patience_ns);

/* Is the file of --output this regular file? NULL is stdout. */
bool output_is(const char *path, int fd);

/*
 * Write the line of --print-features-on-init. Return: 0, -ECANCELED: a stop was asked for before the
 * output took it, or a negative errno.
 */
int output_features(int fd, const struct et_features *features);

#endif /* TOOLS_EVENTSTRACE_OUTPUT_H */
