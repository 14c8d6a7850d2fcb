/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "tools/syscalls/gen.h"

int main(void)
{
	syscalls_gen(stdout);
	if (fflush(stdout) || ferror(stdout)) {
		perror("gen");
		return 1;
	}
	return 0;
}
