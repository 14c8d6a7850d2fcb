/* SPDX-License-Identifier: BSD-2-Clause */
/* Files inside the program, for use without Bazel's runfiles. */
#ifndef BENCH_EMBEDDED_H
#define BENCH_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
	const char *name; /* Bazel's name of the file, such as "bench/floor" */
	const char *begin, *end;
};

extern const struct embedded_file embedded[];
extern const size_t embedded_count;

#endif /* BENCH_EMBEDDED_H */
