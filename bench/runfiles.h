/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the programs and files that Bazel puts next to a benchmark (runfiles). */
#ifndef BENCH_RUNFILES_H
#define BENCH_RUNFILES_H

#include "bench/bench.h"

struct embedded_file;

/* Use files inside the program, and no others. They are written to a folder in /tmp until exit. */
void place_embed(const struct embedded_file *files, size_t count);

/*
 * Check that they are there; print what is missing, and how to start the program. Return: 0 or a
 * negative errno.
 */
int place_check(void);

/*
 * Enter the folder in which `bazel run` was called, so that names of files are relative to it, as
 * with bazelw. Prints failures. Return: 0 or a negative errno.
 */
int place_enter(void);

/* Return: a path, or NULL if the program is missing. The path is valid until exit. */
const char *place_program(enum bench_program program);

/* Return: the path of eventstrace, or NULL if it is missing. */
const char *place_tool(const struct runfiles *runfiles);

/* Find another file by Bazel's name: "bench/baselines/gate.json". Return: 0 or a negative errno. */
int place_file(const char *name, char *ret, size_t size);

/**
 * runfiles_init() - make a folder with the programs that workloads start
 * @ret:	receives paths in the folder; the caller removes it with runfiles_done()
 *
 * Return: 0 or a negative errno.
 */
int runfiles_init(struct runfiles *ret);
void runfiles_done(const struct runfiles *runfiles);

#endif /* BENCH_RUNFILES_H */
