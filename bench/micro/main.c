/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * User space, stage by stage, without a kernel: how long a record takes to be read, decoded, encoded
 * and written. Takes Google Benchmark's own options:
 *
 *	./bazelw run //bench:micro -- --benchmark_filter=encode --benchmark_format=json
 *
 * Each benchmark does the same thing to the same record again and again: caches are warm, and
 * branches known. The ring's go through 4 MiB of records, which is nearer to what a reader sees.
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
