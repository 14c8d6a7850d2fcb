/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/filter/filter.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/* The prefixes of the last filter set that was made. */
static struct et_prefix_set prefixes;

static struct et_filter_set good(const struct et_filter *filters, size_t count)
{
	struct et_filter_set set;
	struct et_error err = { 0 };

	assert_int_equal(et_filter_set__make(filters, count, &set, &prefixes, &err), 0);
	assert_int_equal(err.kind, ET_ERROR_NONE);
	return set;
}

static void bad(const struct et_filter *filters, size_t count, const char *message)
{
	struct et_filter_set set, before;
	struct et_error err = { 0 };

	memset(&set, 0x5a, sizeof(set));
	before = set;
	assert_int_equal(et_filter_set__make(filters, count, &set, &prefixes, &err), -EINVAL);
	assert_int_equal(err.kind, ET_ERROR_USAGE);
	assert_string_equal(err.message, message);
	assert_memory_equal(&set, &before, sizeof(set));
}

#define BAD(message, ...)                                     \
	do {                                                  \
		const struct et_filter one = { __VA_ARGS__ }; \
		bad(&one, 1, message);                        \
	} while (0)

static void none(void **state)
{
	const struct et_filter_set zero = { 0 };
	struct et_filter_set set = good(NULL, 0);

	(void)state;
	assert_memory_equal(&set, &zero, sizeof(set));
	bad(NULL, 3, "3 filters are not given");
}

/*
 * The filters are not sorted by kind, and some of them exclude events. Each value gets into the
 * table of its kind.
 */
static void each_has_its_place(void **state)
{
	const struct et_filter filters[] = {
		{ .kind = ET_FILTER_PID, .number = 7 },
		{ .kind = ET_FILTER_UID, .exclude = true, .number = 0 },
		{ .kind = ET_FILTER_PID, .exclude = true, .number = 8 },
		{ .kind = ET_FILTER_PID, .number = 9 },
		{ .kind = ET_FILTER_TREE, .number = 1 },
		{ .kind = ET_FILTER_UID, .number = 4294967294 },
		{ .kind = ET_FILTER_COMM, .text = "sh" },
		{ .kind = ET_FILTER_COMM, .exclude = true, .text = "fifteen bytes !" },
		{ .kind = ET_FILTER_CGROUP, .number = UINT64_MAX },
		{ .kind = ET_FILTER_PATH_PREFIX, .exclude = true, .text = "/usr/lib/" },
	};
	struct et_filter_set set = good(filters, COUNT(filters));
	const struct et_prefix *p = &prefixes.prefixes[ET_EXCEPT][0];

	(void)state;
	assert_int_equal(set.used, ET_FILTER_BITS(ET_FILTER_PID) | ET_FILTER_BITS(ET_FILTER_UID) |
					   ET_FILTER_BIT(ET_FILTER_TREE, ET_ONLY) |
					   ET_FILTER_BITS(ET_FILTER_COMM) |
					   ET_FILTER_BIT(ET_FILTER_CGROUP, ET_ONLY) |
					   ET_FILTER_BIT(ET_FILTER_PATH_PREFIX, ET_EXCEPT));
	assert_true(et_filter_set__has(&set, ET_FILTER_PATH_PREFIX));
	assert_int_equal(set.counts[ET_ONLY][ET_FILTER_PID], 2);
	assert_int_equal(set.counts[ET_EXCEPT][ET_FILTER_PID], 1);
	assert_int_equal(set.counts[ET_EXCEPT][ET_FILTER_TREE], 0);
	assert_int_equal(set.counts[ET_EXCEPT][ET_FILTER_UID], 1);
	assert_int_equal(set.pids[ET_ONLY][0], 7);
	assert_int_equal(set.pids[ET_ONLY][1], 9);
	assert_int_equal(set.pids[ET_EXCEPT][0], 8);
	assert_int_equal(set.trees[ET_ONLY][0], 1);
	assert_int_equal(set.uids[ET_ONLY][0], 0xfffffffe);
	assert_memory_equal(set.comms[ET_ONLY][0], "sh\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	assert_memory_equal(set.comms[ET_EXCEPT][0], "fifteen bytes !\0", 16);
	assert_true(set.cgroups[ET_ONLY][0] == UINT64_MAX);
	assert_memory_equal(p->text, "/usr/lib/\0\0\0\0\0\0\0", 16);
	assert_true(p->mask[0] == UINT64_MAX);
	assert_int_equal(p->mask[1], 0xff);
	assert_int_equal(p->mask[2], 0);
}

static void what_cannot_be(void **state)
{
	char path[ET_PREFIX_MAX + 2] = "/", message[512];

	(void)state;
	BAD("there is no such kind of filter: 6", .kind = ET_FILTER_KINDS);
	BAD("there is no such kind of filter: -1", .kind = (enum et_filter_kind) - 1);
	BAD("a filter's process cannot be 0", .kind = ET_FILTER_PID);
	BAD("a filter's process cannot be 4194304", .kind = ET_FILTER_PID, .number = 4194304);
	BAD("a filter's tree cannot be 0", .kind = ET_FILTER_TREE);
	BAD("a filter's user cannot be 4294967295", .kind = ET_FILTER_UID, .number = 4294967295);
	BAD("a filter has an empty name", .kind = ET_FILTER_COMM, .text = "");
	BAD("a filter has an empty name", .kind = ET_FILTER_COMM);
	BAD("a filter's name is longer than 15 bytes: sixteen bytes !!", .kind = ET_FILTER_COMM,
	    .text = "sixteen bytes !!");
	memset(path + 1, 'a', ET_PREFIX_MAX);
	snprintf(message, sizeof(message), "a filter's path prefix is longer than 255 bytes: %s",
		 path);
	BAD(message, .kind = ET_FILTER_PATH_PREFIX, .text = path);
	path[ET_PREFIX_MAX] = '\0';
	good(&(struct et_filter){ .kind = ET_FILTER_PATH_PREFIX, .text = path }, 1);
}

static const struct {
	const char *pattern, *comm;
	bool matches;
} patterns[] = {
	{ "sh", "sh", true },
	{ "sh", "shd", false },
	{ "sh", "s", false },
	{ "*", "", true },
	{ "*", "fifteen bytes !", true },
	{ "***", "x", true },
	{ "sh*", "sh", true },
	{ "sh*", "shd", true },
	{ "sh*", "ash", false },
	{ "*sh", "bash", true },
	{ "*sh", "shb", false },
	{ "*sh", "shsh", true },
	{ "k*/*:*", "kworker/u8:1", true },
	{ "k*/*:*", "kworker", false },
	{ "*a*b*", "xxaxxbxx", true },
	{ "*a*b*", "xxbxxaxx", false },
	{ "a*a", "a", false },
	{ "a*a", "aa", true },
	{ "?", "x", true },
	{ "?", "", false },
	{ "?", "xy", false },
	{ "?*", "", false },
	{ "a?c", "abc", true },
	{ "a?c", "ac", false },
	{ "\\*", "*", true },
	{ "\\*", "x", false },
	{ "\\?*", "?x", true },
	{ "a\\\\*", "a\\b", true },
	{ "a\\", "a\\", true },
	{ "\xff?", "\xff\xfe", true },
	{ "fifteen?bytes?!", "fifteen bytes !", true },
	{ "*f*i*f*t*e*e*n*b*y*t*e*s*!*", "fifteen bytes !", true },
};

static void patterns_of_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(patterns); i++) {
		const struct et_filter f = { .kind = ET_FILTER_COMM,
					     .pattern = true,
					     .text = patterns[i].pattern };
		struct et_filter_set set = good(&f, 1);
		char comm[16] = "";

		assert_int_equal(set.used, ET_FILTER_BIT(ET_FILTER_COMM, ET_ONLY));
		assert_int_equal(set.comm_patterns[ET_ONLY], 1);
		assert_int_equal(set.counts[ET_ONLY][ET_FILTER_COMM], 0);
		memcpy(comm, patterns[i].comm, strnlen(patterns[i].comm, 15));
		if (et_comm_pattern__matches(&prefixes.comms[ET_ONLY][0], comm) !=
		    patterns[i].matches)
			fail_msg("%s: %s", patterns[i].pattern, comm);
	}
	BAD("a filter has an empty name", .kind = ET_FILTER_COMM, .pattern = true);
	BAD("a filter's pattern has more than 31 elements: ????????????????????????????????",
	    .kind = ET_FILTER_COMM, .pattern = true, .text = "????????????????????????????????");
}

static void as_many_as_there_is_room_for(void **state)
{
	struct et_filter filters[ET_FILTER_MAX + 1];

	(void)state;
	for (size_t i = 0; i < COUNT(filters); i++)
		filters[i] = (struct et_filter){ .kind = ET_FILTER_CGROUP, .number = i };
	bad(filters, COUNT(filters), "a filter has more values than 16: cgroup");
	/* Excluding filters have their own table, with room for as many values. */
	filters[3].exclude = true;
	assert_int_equal(good(filters, COUNT(filters)).counts[ET_ONLY][ET_FILTER_CGROUP], 16);
}

static void cgroups(void **state)
{
	uint64_t id = 5;

	(void)state;
	assert_int_equal(et_cgroup_id("/no/such/cgroup", &id), -ENOENT);
	assert_int_equal(et_cgroup_id("/proc", &id), -ENOTSUP);
	assert_int_equal(id, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(none),
		cmocka_unit_test(each_has_its_place),
		cmocka_unit_test(what_cannot_be),
		cmocka_unit_test(patterns_of_names),
		cmocka_unit_test(as_many_as_there_is_room_for),
		cmocka_unit_test(cgroups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
