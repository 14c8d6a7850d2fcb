/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs that a benchmark runs, as Bazel lays them out beside it. */
#ifndef BENCH_PLACE_H
#define BENCH_PLACE_H

#include "bench/bench.h"

/* A path, or NULL if the program is not there. It lives as long as this program. */
const char *place_program(enum bench_program program);

/* Another file; as Bazel names it: "bench/baselines/gate.json". Return: 0 or a negative errno. */
int place_file(const char *name, char *ret, size_t size);

/**
 * place_init() - make a folder with what workloads run
 * @ret:	receives paths in it; the caller removes it with place_done()
 *
 * Return: 0 or a negative errno.
 */
int place_init(struct bench_place *ret);
void place_done(const struct bench_place *place);

#endif /* BENCH_PLACE_H */
