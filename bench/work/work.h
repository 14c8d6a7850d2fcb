/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of workloads: start programs one after the other, and write to a terminal. */
#ifndef BENCH_WORK_H
#define BENCH_WORK_H

#include <stddef.h>
#include <stdint.h>

#include "bench/work/bench.h"

/* Bytes of the argument in the seed's experiment. */
#define WORK_ARGUMENT 10000

struct work_spawn;
struct work_flood;

/*
 * Call @one @count times, every @interval_ns. The times are fixed at the start, so a late call does
 * not delay later calls.
 */
void work_pace(void (*one)(void *state), void *state, uint64_t interval_ns, uint64_t count);

/* For starting programs that do nothing, each with one argument of WORK_ARGUMENT bytes. */
struct work_spawn *work_spawn_new(const struct runfiles *runfiles);
/*
 * Set the size of all arguments together, with their terminating NULs: 6 to WORK_ARGUMENT bytes. A
 * smaller @size counts as 6.
 */
void work_spawn_resize(struct work_spawn *spawn, size_t size);
void work_spawn_run(struct work_spawn *spawn, uint64_t count);

/* Return: the path of the host's C compiler, or NULL. */
const char *work_compiler(void);

/* Remove a folder with its contents. */
void work_remove_folder(const char *path);

/* For writes of @size bytes to a terminal, whose other end is read all the time. */
struct work_flood *work_flood_new(size_t size);
void work_flood_run(struct work_flood *flood, uint64_t count);

#endif /* BENCH_WORK_H */
