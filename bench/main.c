/* SPDX-License-Identifier: BSD-2-Clause */
/* The build defines BENCH_MAIN as a function of mains.h. */
#include "bench/mains.h"

int main(int argc, char **argv)
{
	return BENCH_MAIN(argc, argv);
}
