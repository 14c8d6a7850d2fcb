/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An interface in C to Google Benchmark. A benchmark is a C function that repeats its work while
 * et_bench_keep_running() returns true.
 *
 *	static void bench_decode(struct et_bench *b, const void *arg)
 *	{
 *		const struct record *rec = arg;
 *
 *		while (et_bench_keep_running(b, 64))
 *			for (int i = 0; i < 64; i++)
 *				decode(rec);
 *		et_bench_set_bytes_per_item(b, rec->size);
 *	}
 *
 *	et_bench_register("decode/exec", bench_decode, &exec);
 *	return et_bench_main(argc, argv);
 *
 * The timed part is between the first and the last call of et_bench_keep_running().
 */
#ifndef ET_BENCH_SHIM_H
#define ET_BENCH_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A running benchmark. */
struct et_bench;

typedef void (*et_bench_fn)(struct et_bench *b, const void *arg);

/**
 * et_bench_register() - add a benchmark
 * @name:		the name that --benchmark_filter matches, with slashes between its parts;
 *		copied
 * @fn:		runs the benchmark; called several times, with increasing numbers of items
 * @arg:		passed to @fn; must live until et_bench_main() returns
 */
void et_bench_register(const char *name, et_bench_fn fn, const void *arg);

/**
 * et_bench_keep_running() - check whether the benchmark continues
 * @b:		the benchmark
 * @items:		number of items that the caller does before the next call; times are printed
 *		per item
 *
 * A call takes about 2 ns. With several items per call, this time hardly changes the result.
 *
 * Return: true to continue, false to stop.
 */
bool et_bench_keep_running(struct et_bench *b, unsigned int items);

/**
 * et_bench_set_bytes_per_item() - report items per second, and bytes per second
 * @b:		the benchmark, after et_bench_keep_running() has returned false
 * @bytes:	bytes of one item; 0: report items per second only
 */
void et_bench_set_bytes_per_item(struct et_bench *b, size_t bytes);

/**
 * et_bench_set_counter() - report an additional number
 * @b:		the benchmark, after et_bench_keep_running() has returned false
 * @name:		the number's name; copied
 * @value:		the number, which is printed next to the times
 */
void et_bench_set_counter(struct et_bench *b, const char *name, double value);

/**
 * et_bench_fail() - report an error; et_bench_main() then returns 1
 * @b:		the benchmark; its function must return now
 * @why:	the error's text; copied
 */
void et_bench_fail(struct et_bench *b, const char *why);

/**
 * et_bench_main() - run the registered benchmarks that the command line chooses
 * @argc:		of main()
 * @argv:		of main(): --benchmark_filter=REGEX, --benchmark_format=json, --help, ...
 *
 * Return: an exit status: 0; 1: a benchmark failed, or none was chosen; 2: unknown option.
 */
int et_bench_main(int argc, char **argv);

/*
 * Make the compiler assume that this point reads @p and all memory, so that it does not remove the
 * work before. Adds no instruction.
 */
static inline void et_bench_use(const void *p)
{
	__asm__ volatile("" : : "r"(p) : "memory");
}

#ifdef __cplusplus
}
#endif

#endif /* ET_BENCH_SHIM_H */
