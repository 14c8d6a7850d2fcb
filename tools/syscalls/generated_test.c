/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests that docs/syscalls.md is up to date with the table, and that the table has each name once.
 *
 * The argument is the path of docs/syscalls.md.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tools/syscalls/gen.h"

static const char *page;

static const char *const names[] = {
#define CALL(name, ...)   #name,
#define OLD_CALL          CALL
#define COMPAT(name, ...) #name,
#define UNSEEN(name, ...) #name,
#define NONE(name)        #name,
#define ABSENT(name)      #name,
#define OP(name, ...)     ("io_uring\'s " #name),
#define UNSEEN_OP         OP
#define NONE_OP           OP
#include "tools/syscalls/calls.def"
};

static void once(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		for (size_t k = 0; k < i; k++)
			if (!strcmp(names[i], names[k]))
				fail_msg("the table has %s twice", names[i]);
}

static void up_to_date(void **state)
{
	char *committed = NULL, *now = NULL;
	size_t size = 0, now_size = 0;
	FILE *f = fopen(page, "r"), *to = open_memstream(&now, &now_size);

	(void)state;
	if (!f || !to || getdelim(&committed, &size, '\0', f) < 0)
		fail_msg("cannot read %s", page);
	fclose(f);
	syscalls_gen(to);
	assert_int_equal(fclose(to), 0);
	if (strcmp(committed, now))
		fail_msg("docs/syscalls.md is not up to date: "
			 "./bazelw run //tools/syscalls:gen > docs/syscalls.md");
	free(committed);
	free(now);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(once),
		cmocka_unit_test(up_to_date),
	};

	if (argc != 2) {
		fprintf(stderr, "usage: generated_test docs/syscalls.md\n");
		return 2;
	}
	page = argv[1];
	return cmocka_run_group_tests_name("syscalls", tests, NULL, NULL);
}
