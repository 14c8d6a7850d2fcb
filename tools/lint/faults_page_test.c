/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * faults_page_test PAGE SOURCE...: checks docs/faults.md against the tests. Each row of its tables
 * names at least one test, as [file](../path) `test`. Each of these tests must exist.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *page;
static char **sources;
static int source_count;

static char *read_text(const char *path)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = fopen(path, "re");

	if (!f)
		fail_msg("%s cannot be opened", path);
	if (getdelim(&text, &size, '\0', f) < 0)
		fail_msg("%s cannot be read", path);
	fclose(f);
	return text;
}

static bool defines(const char *path, const char *test)
{
	char *text = NULL, name[128];
	bool found;

	for (int i = 0; i < source_count && !text; i++)
		if (!strcmp(sources[i], path))
			text = read_text(sources[i]);
	if (!text)
		fail_msg("%s is no source that this test is given", path);
	snprintf(name, sizeof(name), "%s(void **state)", test);
	found = strstr(text, name);
	free(text);
	return found;
}

/* Copy the text up to the next @end to @ret. Return: the text after it. */
static const char *cut(const char *at, char end, char *ret, size_t room)
{
	const char *stop = strchr(at, end);

	if (!stop || (size_t)(stop - at) >= room)
		fail_msg("no %c behind: %.40s", end, at);
	memcpy(ret, at, (size_t)(stop - at));
	ret[stop - at] = '\0';
	return stop + 1;
}

/* Check the tests that a row names. Return: their number. */
static unsigned int check_row(const char *row)
{
	unsigned int tests = 0;
	char path[128] = "", name[128];
	const char *at = strstr(row, "](../");

	while (at && *at) {
		if (!strncmp(at, "](../", 5)) {
			at = cut(at + 5, ')', path, sizeof(path));
		} else if (*at == '`') {
			at = cut(at + 1, '`', name, sizeof(name));
			/* A file name before "](" is not the name of a test. */
			if (!strncmp(at, "](", 2))
				continue;
			if (!defines(path, name))
				fail_msg("%s has no test %s", path, name);
			tests++;
		} else {
			at++;
		}
	}
	return tests;
}

static void test_rows(void **state)
{
	char *text = read_text(page), *rest = NULL;
	unsigned int rows = 0;

	(void)state;
	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		if (line[0] != '|' || !strncmp(line, "|---", 4) || !strncmp(line, "| fault", 7))
			continue;
		if (!check_row(line))
			fail_msg("no test: %s", line);
		rows++;
	}
	assert_true(rows > 20);
	free(text);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	if (argc < 3)
		return 2;
	page = argv[1];
	sources = argv + 2;
	source_count = argc - 2;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
