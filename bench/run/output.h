/* SPDX-License-Identifier: BSD-2-Clause */
/* Opens and closes the files that a benchmark writes. */
#ifndef BENCH_OUTPUT_H
#define BENCH_OUTPUT_H

#include <stdio.h>

/* Open a file for writing. Return: the file, or NULL after a message on stderr. */
FILE *output_open(const char *path);

/* Close the file. Return: 0; -EIO, after a message on stderr: not all data was written. */
int output_close(FILE *f, const char *path);

#endif /* BENCH_OUTPUT_H */
