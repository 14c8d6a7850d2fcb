/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Conditions that must hold in a fuzzer. libFuzzer treats an abort() as a crash, and keeps the
 * input.
 */
#ifndef TOOLS_FUZZ_REQUIRE_H
#define TOOLS_FUZZ_REQUIRE_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Called by libFuzzer, which has no header for C. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define require(condition)                                                                        \
	do {                                                                                      \
		if (!(condition)) {                                                               \
			fprintf(stderr, "%s:%d: %s is not so\n", __FILE__, __LINE__, #condition); \
			abort();                                                                  \
		}                                                                                 \
	} while (0)

#endif /* TOOLS_FUZZ_REQUIRE_H */
