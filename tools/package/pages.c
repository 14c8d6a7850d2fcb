/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints a page of the package of eventstrace: page_main.h has the command line. */
#include "tools/package/pages.h"

#include "tools/package/page_main.h"

int main(int argc, char **argv)
{
	const struct page_printers printers = {
		.man = man_print,
		.bash = bash_print,
		.zsh = zsh_print,
		.fish = fish_print,
	};

	return page_main(argc, argv, &printers);
}
