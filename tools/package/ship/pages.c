/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints a page of the package of eventstrace-ship: page_main.h has the command line. */
#include "tools/package/ship/pages.h"

#include "tools/package/page_main.h"
#include "tools/ship/options.h"
#include "tools/ship/source_options.h"

const struct ship_command ship_commands[] = {
	{ "send", "send the segments of a folder", ship_send_option },
	{ "read", "print the events of a topic or a folder", ship_read_option },
	{ "verify", "check that every event is accounted for", ship_verify_option },
	{ NULL, NULL, NULL },
};

int main(int argc, char **argv)
{
	const struct page_printers printers = {
		.man = ship_man_print,
		.bash = ship_bash_print,
		.zsh = ship_zsh_print,
		.fish = ship_fish_print,
	};

	return page_main(argc, argv, &printers);
}
