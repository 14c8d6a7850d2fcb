/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Prints a page of the package of eventstrace-ship:
 *
 *	pages man MANUAL.md DATE
 *	pages bash|zsh|fish
 */
#include "tools/package/ship/pages.h"

#include <stdlib.h>
#include <string.h>

#include "tools/ship/options.h"
#include "tools/ship/source_options.h"

const struct ship_command ship_commands[] = {
	{ "send", "send the segments of a folder", ship_send_option },
	{ "read", "print the events of a topic or a folder", ship_read_option },
	{ "verify", "check that every event is accounted for", ship_verify_option },
	{ NULL, NULL, NULL },
};

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

int main(int argc, char **argv)
{
	const char *page = argc > 1 ? argv[1] : "";

	if (!strcmp(page, "man") && argc == 4) {
		char *manual = read_text(argv[2]);

		ship_man_print(stdout, manual, argv[3]);
		free(manual);
	} else if (!strcmp(page, "bash")) {
		ship_bash_print(stdout);
	} else if (!strcmp(page, "zsh")) {
		ship_zsh_print(stdout);
	} else if (!strcmp(page, "fish")) {
		ship_fish_print(stdout);
	} else {
		fputs("usage: pages man MANUAL.md DATE | bash | zsh | fish\n", stderr);
		return 2;
	}
	return fflush(stdout) || ferror(stdout);
}
