/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds the programs and files that a benchmark needs: in Bazel's runfiles, or embedded in the
 * program.
 */
#ifndef BENCH_RUNFILES_H
#define BENCH_RUNFILES_H

#include "bench/work/bench.h"

struct embedded_file;

/*
 * Use only files that are embedded in the program. They are written to a folder in /tmp, which is
 * removed at exit.
 */
void place_embed(const struct embedded_file *files, size_t count);

/*
 * Check that the runfiles exist. If not, print which are missing, and how to start the program.
 * Return: 0 or a negative errno.
 */
int place_check(void);

/*
 * Change to the folder in which `bazel run` was called, so that names of files on the command line
 * are relative to it. Prints failures on stderr. Return: 0 or a negative errno.
 */
int place_enter(void);

/* Return: a path, or NULL if the program is missing. The path is valid until exit. */
const char *place_program(enum bench_program program);

/* Return: the path of eventstrace, or NULL if it is missing. */
const char *place_tool(const struct runfiles *runfiles);

/*
 * Find any file by its name in Bazel, such as "bench/baselines/gate.json". Return: 0 or a negative
 * errno.
 */
int place_file(const char *name, char *ret, size_t size);

/**
 * runfiles_init() - make a folder in /tmp, with a copy of the program that workloads start
 * @ret:		receives paths in the folder; the caller removes the folder with
 *		runfiles_done()
 *
 * Return: 0 or a negative errno.
 */
int runfiles_init(struct runfiles *ret);
void runfiles_done(const struct runfiles *runfiles);

#endif /* BENCH_RUNFILES_H */
