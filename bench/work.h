/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of workloads: starting programs one after the other, and writing to a terminal. */
#ifndef BENCH_WORK_H
#define BENCH_WORK_H

#include <stddef.h>
#include <stdint.h>

#include "bench/bench.h"

/* Bytes of the argument in the seed's experiment. */
#define WORK_ARGUMENT 10000

struct work_spawn;
struct work_flood;

/*
 * Call @one @count times, each @interval_ns after the time at which the call before was due. A call
 * that is late does not delay those after it.
 */
void work_pace(void (*one)(void *state), void *state, uint64_t interval_ns, uint64_t count);

/* Starts programs that do nothing, each with one argument of WORK_ARGUMENT bytes. */
struct work_spawn *work_spawn_new(const struct runfiles *runfiles);
/* @size: bytes of all arguments, with their ends; from 6 to WORK_ARGUMENT. Smaller is 6. */
void work_spawn_resize(struct work_spawn *spawn, size_t size);
void work_spawn_run(struct work_spawn *spawn, uint64_t count);

/* Return: the path of the host's C compiler, or NULL. */
const char *work_compiler(void);

/* Remove a folder with all that is in it. */
void work_remove_folder(const char *path);

/* Writes of @size bytes to a terminal whose other end is drained. */
struct work_flood *work_flood_new(size_t size);
void work_flood_run(struct work_flood *flood, uint64_t count);

#endif /* BENCH_WORK_H */
