/* SPDX-License-Identifier: BSD-2-Clause */
/* BENCH_MAIN: a function of mains.h. */
#include "bench/mains.h"

int main(int argc, char **argv)
{
	return BENCH_MAIN(argc, argv);
}
