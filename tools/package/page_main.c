/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/package/page_main.h"

#include <stdlib.h>
#include <string.h>

static char *read_text(const char *path)
{
	FILE *f = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;

	if (!f || getdelim(&text, &size, '\0', f) < 0) {
		fprintf(stderr, "pages: cannot read %s\n", path);
		exit(1);
	}
	fclose(f);
	return text;
}

int page_main(int argc, char **argv, const struct page_printers *printers)
{
	const char *page = argc > 1 ? argv[1] : "";

	if (!strcmp(page, "man") && argc == 4) {
		char *manual = read_text(argv[2]);

		printers->man(stdout, manual, argv[3]);
		free(manual);
	} else if (!strcmp(page, "bash")) {
		printers->bash(stdout);
	} else if (!strcmp(page, "zsh")) {
		printers->zsh(stdout);
	} else if (!strcmp(page, "fish")) {
		printers->fish(stdout);
	} else {
		fputs("usage: pages man MANUAL.md DATE | bash | zsh | fish\n", stderr);
		return 2;
	}
	return fflush(stdout) || ferror(stdout);
}
