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
 * output_open() - open a file to write, as a shell's ">" does
 * @path:	the file; NULL is stdout
 * @mode:	permissions of a file that is made
 * @patience_ns: wait no longer for the reader of a FIFO; 0: for ever, or until a signal
 *
 * A regular file of ours that is there is emptied; if others can read it, a warning says so. In a
 * directory that others can write, no symbolic link is followed, and no regular file is taken that
 * another user owns, or that has another name.
 *
 * Return: a descriptor, or a negative errno: -EMLINK for a link, -ENOTUNIQ for a file that others may
 * have a hand in; output_strerror() has words. -ENXIO: no program reads the FIFO.
 */
int output_open(const char *path, unsigned int mode, uint64_t patience_ns);

/* What an error of output_open() means. */
const char *output_strerror(int err);

/* Is the file of --output this regular file? NULL is stdout. */
bool output_is(const char *path, int fd);

/*
 * Write the line of --print-features-on-init. Return: 0, -ECANCELED: a stop was asked for before the
 * output took it, or a negative errno.
 */
int output_features(int fd, const struct et_features *features);

#endif /* TOOLS_EVENTSTRACE_OUTPUT_H */
