/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Google Benchmark for C. A benchmark is a C function that does its work for as long as it is told
 * to; the C++ stays behind this header.
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
 * What is timed is all that happens between the first and the last call of et_bench_keep_running().
 */
#ifndef ET_BENCH_SHIM_H
#define ET_BENCH_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A benchmark that runs. */
struct et_bench;

typedef void (*et_bench_fn)(struct et_bench *b, const void *arg);

/**
 * et_bench_register() - add a benchmark
 * @name:	what --benchmark_filter matches: parts between slashes; copied
 * @fn:		runs it; called several times, with growing numbers of items
 * @arg:	handed to @fn; must live until et_bench_main() returns
 */
void et_bench_register(const char *name, et_bench_fn fn, const void *arg);

/**
 * et_bench_keep_running() - shall it go on?
 * @b:		the benchmark
 * @items:	how many items are done before the next call; times are given per item
 *
 * More than one item a call keeps the call itself, some two nanoseconds, out of the figure.
 *
 * Return: true as long as there is work; false: stop.
 */
bool et_bench_keep_running(struct et_bench *b, unsigned int items);

/**
 * et_bench_set_bytes_per_item() - give items per second, and bytes per second
 * @b:		the benchmark, once et_bench_keep_running() has said false
 * @bytes:	of one item; 0: items per second only
 */
void et_bench_set_bytes_per_item(struct et_bench *b, size_t bytes);

/**
 * et_bench_set_counter() - report one more number
 * @b:		the benchmark, once et_bench_keep_running() has said false
 * @name:	copied
 * @value:	printed beside the times
 */
void et_bench_set_counter(struct et_bench *b, const char *name, double value);

/**
 * et_bench_fail() - give up: the result is an error, and et_bench_main() returns 1
 * @b:		the benchmark; its function must return now
 * @why:	printed; copied
 */
void et_bench_fail(struct et_bench *b, const char *why);

/**
 * et_bench_main() - run what is registered, as the command line says
 * @argc:	as main() got it
 * @argv:	as main() got it: --benchmark_filter=REGEX, --benchmark_format=json, --help, ...
 *
 * Return: an exit status: 0, 1 when a benchmark failed or none was chosen, 2 for an option that
 * nobody knows.
 */
int et_bench_main(int argc, char **argv);

/*
 * Make the compiler believe that @p and all memory is looked at here, so that it leaves out nothing
 * of what came before. Costs no instruction.
 */
static inline void et_bench_use(const void *p)
{
	__asm__ volatile("" : : "r"(p) : "memory");
}

#ifdef __cplusplus
}
#endif

#endif /* ET_BENCH_SHIM_H */
