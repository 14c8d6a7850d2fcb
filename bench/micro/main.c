/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Measures each stage of user space, without a kernel: the time to read, decode, encode and write a
 * record. Accepts the options of Google Benchmark:
 *
 *	./bazelw run //bench:micro -- --benchmark_filter=encode --benchmark_format=json
 *
 * Each benchmark repeats the same work on the same record, so caches are warm and branches are
 * predicted. The ring's benchmarks read 4 MiB of records, which is closer to a real reader.
 */
#include "bench/micro/micro.h"
#include "bench/shim/shim.h"

int main(int argc, char **argv)
{
	et_micro_register_decode();
	et_micro_register_encode();
	et_micro_register_ring();
	et_micro_register_sink();
	et_micro_register_record();
	return et_bench_main(argc, argv);
}
