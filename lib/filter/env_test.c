/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/filter/env.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct et_env_set make(const char *text)
{
	struct et_env_set set;
	struct et_error err;

	if (et_env_set__make(text, &set, &err) < 0)
		fail_msg("%s: %s", text, err.message);
	return set;
}

/* Compare a string with the wanted names as probes/core/env.bpf.h does. */
static bool is_wanted(const struct et_env_set *set, const char *string)
{
	__u64 words[ET_ENV_NAME_WORDS] = { 0 };
	unsigned char two = *string ? (unsigned char)string[1] : 0;
	unsigned int first = set->wanted.first[et_env_hash((unsigned char)string[0], two)];

	memcpy(words, string, strnlen(string, sizeof(words)));
	for (unsigned int i = first - 1; first && i < set->wanted.count; i++) {
		const struct et_env_name *name = &set->wanted.names[i];
		__u64 differ = 0;

		for (int w = 0; w < ET_ENV_NAME_WORDS; w++)
			differ |= (words[w] ^ name->text[w]) & name->mask[w];
		if (!differ)
			return true;
	}
	return false;
}

static void test_words(void **state)
{
	struct et_env_set set;

	(void)state;
	set = make("all");
	assert_false(set.limited);
	set = make("none");
	assert_true(set.limited);
	assert_int_equal(set.wanted.count, 0);
	set = make(NULL);
	assert_true(set.limited);
	assert_true(is_wanted(&set, "PATH=/bin"));
	assert_true(is_wanted(&set, "LD_PRELOAD=x.so"));
	assert_true(is_wanted(&set, "LC_ALL=C"));
	assert_false(is_wanted(&set, "AWS_SECRET_ACCESS_KEY=x"));
	assert_false(is_wanted(&set, "PATHS=x"));
}

static void test_names(void **state)
{
	struct et_env_set set = make("A,BC*,D*,seven_and_twenty_bytes_it_has");

	(void)state;
	assert_true(is_wanted(&set, "A="));
	assert_true(is_wanted(&set, "A=1"));
	assert_false(is_wanted(&set, "A"));
	assert_false(is_wanted(&set, "AB=1"));
	assert_true(is_wanted(&set, "BC=1"));
	assert_true(is_wanted(&set, "BCD=1"));
	assert_false(is_wanted(&set, "B=1"));
	assert_true(is_wanted(&set, "D=1"));
	assert_true(is_wanted(&set, "DXY=1"));
	assert_true(is_wanted(&set, "D"));
	assert_true(is_wanted(&set, "seven_and_twenty_bytes_it_has=x"));
	assert_false(is_wanted(&set, "seven_and_twenty_bytes_it_had=x"));
	assert_false(is_wanted(&set, ""));
}

static void refuses(const char *text, const char *why)
{
	struct et_env_set set;
	struct et_error err = { 0 };

	assert_int_equal(et_env_set__make(text, &set, &err), -EINVAL);
	assert_int_equal(err.kind, ET_ERROR_USAGE);
	if (!strstr(err.message, why))
		fail_msg("%s: %s", text, err.message);
}

static void test_refused(void **state)
{
	char many[256] = "A0";

	(void)state;
	refuses("", "empty");
	refuses("A,", "empty");
	refuses("*", "no name");
	refuses("A*B", "no name");
	refuses("A=1", "no name");
	refuses("a_name_of_two_and_thirty_bytes__", "31 bytes");
	for (size_t i = 1; i < 33; i++)
		memcpy(many + 2 * i, ",A", 3);
	refuses(many, "more than 32");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
