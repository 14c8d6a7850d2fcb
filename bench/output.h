/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that a benchmark writes. */
#ifndef BENCH_OUTPUT_H
#define BENCH_OUTPUT_H

#include <stdio.h>

/* Open a file for writing. Return: the file, or NULL after a message on stderr. */
FILE *output_open(const char *path);

/* Close it. Return: 0, or -EIO after a message on stderr if not everything was written. */
int output_close(FILE *f, const char *path);

#endif /* BENCH_OUTPUT_H */
