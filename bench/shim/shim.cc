/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/shim/shim.h"

#include <benchmark/benchmark.h>

static bool failed;

/* A pointer to struct et_bench is a pointer to benchmark::State. */
static benchmark::State &state(struct et_bench *b)
{
	return *reinterpret_cast<benchmark::State *>(b);
}

void et_bench_register(const char *name, et_bench_fn fn, const void *arg)
{
	benchmark::RegisterBenchmark(name, [fn, arg](benchmark::State &st) {
		fn(reinterpret_cast<struct et_bench *>(&st), arg);
	});
}

bool et_bench_keep_running(struct et_bench *b, unsigned int items)
{
	return state(b).KeepRunningBatch(items);
}

void et_bench_set_bytes_per_item(struct et_bench *b, size_t bytes)
{
	benchmark::State &st = state(b);

	st.SetItemsProcessed(st.iterations());
	if (bytes)
		st.SetBytesProcessed(st.iterations() * static_cast<int64_t>(bytes));
}

void et_bench_set_counter(struct et_bench *b, const char *name, double value)
{
	state(b).counters[name] = value;
}

void et_bench_fail(struct et_bench *b, const char *why)
{
	failed = true;
	state(b).SkipWithError(why);
}

int et_bench_main(int argc, char **argv)
{
	size_t ran;

	benchmark::Initialize(&argc, argv);
	if (benchmark::ReportUnrecognizedArguments(argc, argv))
		return 2;
	ran = benchmark::RunSpecifiedBenchmarks();
	benchmark::Shutdown();
	return failed || !ran;
}
