/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "lib/wire/gen.h"

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "docs")) {
		et_gen_docs(stdout);
	} else if (argc == 2 && !strcmp(argv[1], "abi")) {
		et_gen_abi(stdout);
	} else if (argc == 2 && !strcmp(argv[1], "events")) {
		et_gen_events(stdout);
	} else if (argc == 2 && !strcmp(argv[1], "accessors")) {
		et_gen_accessors(stdout);
	} else {
		fprintf(stderr, "usage: gen docs > docs/events.md\n"
				"       gen events > lib/include/eventstrace_events.h\n"
				"       gen accessors\n"
				"       gen abi > lib/wire/abi.golden\n");
		return 2;
	}
	if (fflush(stdout) || ferror(stdout)) {
		perror("gen");
		return 1;
	}
	return 0;
}
