/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Prints the JSON lines of all golden cases, the expected output of the tests:
 *	./bazelw run //lib/encode:golden > lib/encode/testdata/events.jsonl
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/encode/golden_cases.h"

int main(void)
{
	struct et_golden golden;
	int r;

	for (size_t n = 0; (r = et_golden_case(n, &golden)) > 0; n++) {
		fwrite(golden.line, 1, golden.size, stdout);
		free(golden.line);
	}
	if (r < 0)
		fprintf(stderr, "golden: a case is not decoded: %s\n", strerror(-r));
	return r < 0 || fflush(stdout) || ferror(stdout);
}
