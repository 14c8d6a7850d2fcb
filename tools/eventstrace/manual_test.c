/* SPDX-License-Identifier: BSD-2-Clause */
/* manual_test MANUAL: docs/eventstrace.md must describe every option of the program. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "tools/eventstrace/option_table.h"

static const char *path;
static char manual[1024 * 1024];

static int read_manual(void **state)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	(void)state;
	if (fd < 0)
		return -1;
	n = read(fd, manual, sizeof(manual) - 1);
	close(fd);
	/* A full buffer: the rest of the page would not be compared. */
	return n > 0 && n < (ssize_t)sizeof(manual) - 1 ? 0 : -1;
}

static void has_every_option(void **state)
{
	(void)state;
	for (const struct option_row *row = option_table; row->name; row++) {
		char letter[2] = { option_letter(row), '\0' }, text[64];

		snprintf(text, sizeof(text), "| `%s%s%s--%s%s", *letter ? "-" : "", letter,
			 *letter ? "`, `" : "", row->name,
			 !row->arg              ? "` |"
			 : option_optional(row) ? "[="
						: "=");
		if (!strstr(manual, text))
			fail_msg("%s has no row for --%s (%s)", path, row->name, text);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_every_option),
	};

	path = argc > 1 ? argv[1] : "docs/eventstrace.md";
	return cmocka_run_group_tests(tests, read_manual, NULL);
}
