/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/livetest/cannot.h"

#include <stdio.h>
#include <stdlib.h>

#include "tools/livetest/words.h"

bool cannot(const char *what, const char *why)
{
	printf("cannot: %s: %s\n", what, why);
	fflush(stdout);
	return words_have(getenv("LIVETEST_CANNOT"), what);
}
