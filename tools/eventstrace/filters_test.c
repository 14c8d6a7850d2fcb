/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/filters.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static const struct filter_option pid = { ET_FILTER_PID, false, "pid" };
static const struct filter_option exclude_tree = { ET_FILTER_TREE, true, "exclude-tree" };
static const struct filter_option uid = { ET_FILTER_UID, false, "uid" };
static const struct filter_option comm = { ET_FILTER_COMM, false, "comm" };
static const struct filter_option cgroup = { ET_FILTER_CGROUP, false, "cgroup" };
static const struct filter_option prefix = { ET_FILTER_PATH_PREFIX, true, "exclude-path-prefix" };

static void good(struct filters *filters, const struct filter_option *option, const char *arg)
{
	char err[512] = "";

	assert_int_equal(filters_add(filters, option, arg, err, sizeof(err)), 0);
	assert_string_equal(err, "");
}

/* The option must be refused, with a message that begins with @message. */
static void bad(const struct filter_option *option, const char *arg, const char *message)
{
	struct filters filters = { .count = 0 };
	char err[512] = "";

	good(&filters, &pid, "1");
	if (option->kind == ET_FILTER_CGROUP && *arg) {
		good(&filters, option, arg);
		assert_int_equal(filters_find_cgroups(&filters, err, sizeof(err)), -EINVAL);
	} else {
		assert_int_equal(filters_add(&filters, option, arg, err, sizeof(err)), -EINVAL);
		assert_int_equal(filters.count, 1);
	}
	if (strncmp(err, message, strlen(message)) != 0)
		fail_msg("%s, not %s", err, message);
	assert_null(strchr(err, '\n'));
}

static void lists(void **state)
{
	struct filters filters = { .count = 0 };
	struct et_filter given[FILTERS_MAX];
	const char *path = "/usr/a,b";
	char err[512];

	(void)state;
	good(&filters, &pid, "12,13");
	good(&filters, &exclude_tree, "4194303");
	good(&filters, &uid, "root,0,4294967294");
	good(&filters, &comm, "sh,fifteen bytes !");
	good(&filters, &prefix, path);
	good(&filters, &cgroup, "/cgroups/a,b");
	good(&filters, &pid, "14");
	assert_int_equal(filters.count, 11);

	assert_int_equal(filters_find_cgroups(&filters, err, sizeof(err)), 0);
	filters_give(&filters, given);
	assert_int_equal(given[0].kind, ET_FILTER_PID);
	assert_false(given[0].exclude);
	assert_int_equal(given[0].number, 12);
	assert_int_equal(given[1].number, 13);
	assert_int_equal(given[2].kind, ET_FILTER_TREE);
	assert_true(given[2].exclude);
	assert_int_equal(given[2].number, 4194303);
	assert_int_equal(given[3].kind, ET_FILTER_UID);
	assert_int_equal(given[3].number, 0);
	assert_int_equal(given[5].number, 4294967294);
	assert_int_equal(given[6].kind, ET_FILTER_COMM);
	assert_string_equal(given[6].text, "sh");
	assert_string_equal(given[7].text, "fifteen bytes !");
	/* The path of a file may contain a comma. */
	assert_int_equal(given[8].kind, ET_FILTER_PATH_PREFIX);
	assert_ptr_equal(given[8].text, path);
	assert_int_equal(given[9].kind, ET_FILTER_CGROUP);
	assert_int_equal(given[9].number, 77);
	assert_string_equal(given[9].text, "/cgroups/a,b");
	assert_int_equal(given[10].number, 14);
}

/* "self" is the parent of this process. */
static void self(void **state)
{
	struct filters filters = { .count = 0 };

	(void)state;
	good(&filters, &pid, "self,12");
	good(&filters, &exclude_tree, "self");
	assert_int_equal(filters.count, 3);
	assert_int_equal(filters.values[0].number, getppid());
	assert_int_equal(filters.values[1].number, 12);
	assert_int_equal(filters.values[2].number, getppid());
	bad(&pid, "Self", "--pid=Self: \"Self\" is not the number of a process");
}

/* Events have paths of cgroups relative to the mount point. */
static void cgroups_of_a_recording(void **state)
{
	static const char *const paths[][2] = {
		{ "/a/b", "/a/b" },
		{ "a/b", "a/b" },
		{ "/sys/fs/cgroup/a", "/a" },
		{ "/sys/fs/cgroup", "/" },
		{ "/sys/fs/cgroup/unified/a", "/a" },
		{ "/sys/fs/cgroups", "/sys/fs/cgroups" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		struct filters filters = { .count = 0 };
		struct et_filter given[FILTERS_MAX];

		good(&filters, &cgroup, paths[i][0]);
		filters_give(&filters, given);
		assert_string_equal(given[0].text, paths[i][1]);
	}
}

static void patterns(void **state)
{
	static const struct {
		const char *arg, *text;
		bool pattern;
	} rows[] = {
		{ "sh", "sh", false },
		{ "sh*", "sh*", true },
		{ "k?\\**", "k?\\**", true },
		{ "a\\*b", "a*b", false },
		{ "a\\?b", "a?b", false },
		{ "a\\,*", "a,*", true },
		{ "a\\\\*", "a\\\\*", true },
		{ "a\\\\b", "a\\b", false },
		{ "a\\b*", "a\\\\b*", true },
		{ "*longer than 15 bytes*", "*longer than 15 bytes*", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct filters filters = { .count = 0 };
		struct et_filter given[FILTERS_MAX];

		good(&filters, &comm, rows[i].arg);
		assert_int_equal(filters.count, 1);
		filters_give(&filters, given);
		assert_int_equal(given[0].pattern, rows[i].pattern);
		assert_string_equal(given[0].text, rows[i].text);
	}
	bad(&comm, "????????????????????????????????",
	    "--comm=????????????????????????????????: a pattern has at most 31 bytes and signs");
}

static void names_with_commas(void **state)
{
	struct filters filters = { .count = 0 };
	struct et_filter given[FILTERS_MAX];

	(void)state;
	good(&filters, &comm, "a\\,b,c\\\\,\\\\\\,\\\\,d\\e\\");
	assert_int_equal(filters.count, 4);
	filters_give(&filters, given);
	assert_string_equal(given[0].text, "a,b");
	assert_string_equal(given[1].text, "c\\");
	assert_string_equal(given[2].text, "\\,\\");
	assert_string_equal(given[3].text, "d\\e\\");
	/* A name of 15 bytes, all escaped. */
	good(&filters, &comm, "\\,\\,\\,\\,\\,\\,\\,\\,\\,\\,\\,\\,\\,\\,\\,");
	bad(&comm, "a\\,b,", "--comm=a\\,b, has an empty value");
	/* Only names of threads have escapes. */
	bad(&pid, "1\\,2", "--pid=1\\,2: \"1\\\" is not the number of a process");
}

static void what_does_not_exist(void **state)
{
	(void)state;
	bad(&uid, "no such user",
	    "--uid=no such user: no user is called \"no such user\" in /etc/passwd; a number will "
	    "do");
	/* The rest of the message depends on whether cgroups are mounted on this host. */
	bad(&cgroup, "/no/such/cgroup", "--cgroup=/no/such/cgroup: ");
	bad(&cgroup, "no/such/cgroup", "--cgroup=no/such/cgroup: ");
}

static void what_cannot_be(void **state)
{
	char longest[300] = "/", message[400];

	(void)state;
	bad(&pid, "0", "--pid=0: \"0\" is not the number of a process");
	bad(&pid, "12,4194304", "--pid=12,4194304: \"4194304\" is not the number of a process");
	bad(&pid, "-1", "--pid=-1: \"-1\" is not the number of a process");
	bad(&pid, "sh", "--pid=sh: \"sh\" is not the number of a process");
	bad(&pid, "", "--pid= has an empty value");
	bad(&pid, "1,", "--pid=1, has an empty value");
	bad(&pid, ",1", "--pid=,1 has an empty value");
	bad(&exclude_tree, "x", "--exclude-tree=x: \"x\" is not the number of a process");
	bad(&uid, "4294967295",
	    "--uid=4294967295: 4294967295 is too large for the number of a user");
	bad(&uid, "99999999999999999999",
	    "--uid=99999999999999999999: 99999999999999999999 is too");
	bad(&comm, "sixteen bytes !!",
	    "--comm=sixteen bytes !!: \"sixteen bytes !!\" is longer than the 15 bytes that the");
	bad(&prefix, "usr", "--exclude-path-prefix=usr: paths of events begin with a slash");
	bad(&prefix, "", "--exclude-path-prefix= has no value");
	bad(&cgroup, "", "--cgroup= has no value");
	memset(longest + 1, 'a', 255);
	snprintf(message, sizeof(message),
		 "--exclude-path-prefix=%s: no more than 255 bytes can be compared", longest);
	bad(&prefix, longest, message);
	memset(longest, '7', 256);
	snprintf(message, sizeof(message), "--pid=%s has a value that is too long", longest);
	bad(&pid, longest, message);
}

static void too_many(void **state)
{
	struct filters filters = { .count = 0 };
	char err[256] = "";

	(void)state;
	good(&filters, &pid, "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15");
	good(&filters, &exclude_tree, "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16");
	good(&filters, &pid, "16");
	assert_int_equal(filters_add(&filters, &pid, "17", err, sizeof(err)), -EINVAL);
	assert_string_equal(err, "--pid=17: --pid cannot have more than 16 values");
	assert_int_equal(filters.count, 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists),
		cmocka_unit_test(self),
		cmocka_unit_test(cgroups_of_a_recording),
		cmocka_unit_test(patterns),
		cmocka_unit_test(names_with_commas),
		cmocka_unit_test(what_does_not_exist),
		cmocka_unit_test(what_cannot_be),
		cmocka_unit_test(too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
