/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compares the JSON lines of all records of golden_cases.c with the committed lines, byte for byte.
 *
 * Argument: the path of testdata/events.jsonl.
 */
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <yyjson.h>

#include "lib/encode/golden_cases.h"
#include "lib/wire/schema.h"

static const char *golden_path;

static void test_lines(void **state)
{
	FILE *f = fopen(golden_path, "r");
	struct et_golden golden;
	char *expected = NULL;
	size_t room = 0;
	int r;

	(void)state;
	if (!f)
		fail_msg("cannot open %s", golden_path);
	for (size_t n = 0; (r = et_golden_case(n, &golden)) > 0; n++) {
		ssize_t len = getline(&expected, &room, f);
		yyjson_doc *doc;

		if (len < 0)
			fail_msg("%s has no line for %s", golden_path, golden.name);
		if (golden.size != (size_t)len || memcmp(golden.line, expected, len) != 0)
			fail_msg(
				"%s should give\n%.2000s\nbut gives\n%.*s\n"
				"If the new line is correct, write the file again:\n"
				"  ./bazelw run //lib/encode:golden > lib/encode/testdata/events.jsonl\n",
				golden.name, expected, golden.size < 2000 ? (int)golden.size : 2000,
				golden.line);
		doc = yyjson_read(golden.line, golden.size, 0);
		if (!doc)
			fail_msg("%s is not JSON", golden.name);
		yyjson_doc_free(doc);
		free(golden.line);
	}
	assert_int_equal(r, 0);
	/* The committed file has no more lines. */
	assert_int_equal(getline(&expected, &room, f), -1);
	free(expected);
	fclose(f);
}

/* A record in ET_FORMAT_FIXED gives the same line as in ET_FORMAT_VARLEN. */
static void test_fixed_gives_the_same(void **state)
{
	struct et_golden packed, fixed;
	size_t n;

	(void)state;
	for (n = 0; et_golden_case(n, &packed) > 0; n++) {
		int r = et_golden_case_fixed(n, &fixed);

		if (r != 1)
			fail_msg("%s: the decoder says %d", packed.name, r);
		if (fixed.size != packed.size || memcmp(fixed.line, packed.line, fixed.size) != 0)
			fail_msg("%s gives\n%.2000s\nbut if it is laid out as fixed\n%.2000s",
				 packed.name, packed.line, fixed.line);
		free(packed.line);
		free(fixed.line);
	}
	assert_true(n > 0);
}

static void test_every_event_has_a_case(void **state)
{
	struct et_golden golden;
	__u64 seen = 0;

	(void)state;
	for (size_t n = 0; et_golden_case(n, &golden) > 0; n++) {
		seen |= 1ULL << golden.type;
		free(golden.line);
	}
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) \
	if (!(seen & 1ULL << (id)))                               \
		fail_msg("golden_cases.c has no " #NAME);
#include "lib/wire/schema.def"
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_fixed_gives_the_same),
		cmocka_unit_test(test_every_event_has_a_case),
	};

	if (argc != 2) {
		fprintf(stderr, "usage: %s events.jsonl\n", argv[0]);
		return 2;
	}
	golden_path = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
