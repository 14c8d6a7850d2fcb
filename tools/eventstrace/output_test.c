/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tools/eventstrace/output.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static char folder[] = "/tmp/eventstrace-output-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/events", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(folder);
}

static int remove_file(void **state)
{
	(void)state;
	(void)unlink(path);
	return 0;
}

static void make_file(const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void put(int fd, const char *text)
{
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static void has(const char *name, const char *text)
{
	char found[256] = "";
	int fd = open(name, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_true(read(fd, found, sizeof(found) - 1) >= 0);
	close(fd);
	assert_string_equal(found, text);
}

static void empties_a_file(void **state)
{
	const struct output_how how = { .mode = 0600 };
	int fd;

	(void)state;
	make_file("old\n");
	fd = output_open(path, &how);
	assert_true(fd >= 0);
	put(fd, "new\n");
	close(fd);
	has(path, "new\n");
}

static void append(const char *before, const char *after)
{
	const struct output_how how = { .mode = 0640, .append = true };
	int fd;

	if (before)
		make_file(before);
	fd = output_open(path, &how);
	assert_true(fd >= 0);
	put(fd, "new\n");
	close(fd);
	has(path, after);
}

static void appends(void **state)
{
	struct stat st;

	(void)state;
	append(NULL, "new\n");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	append("", "new\n");
	append("old\n", "old\nnew\n");
	append("\n", "\nnew\n");
	/* The rest of a run that was killed. */
	append("old\n{\"event_ty", "old\n{\"event_ty\nnew\n");
	append("x", "x\nnew\n");
}

/* Another program may write to the file, or empty it (logrotate's copytruncate). */
static void appends_where_the_end_is(void **state)
{
	const struct output_how how = { .mode = 0600, .append = true };
	int fd;

	(void)state;
	fd = output_open(path, &how);
	assert_true(fd >= 0);
	put(fd, "one\n");
	assert_int_equal(truncate(path, 0), 0);
	put(fd, "two\n");
	close(fd);
	has(path, "two\n");
}

static void appends_to_an_open_file(void **state)
{
	const struct output_how how = { .mode = 0600, .append = true };
	char name[32];
	int fd, again;

	(void)state;
	make_file("old");
	fd = open(path, O_WRONLY | O_CLOEXEC);
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	again = output_open(name, &how);
	assert_true(again >= 0);
	put(again, "new\n");
	close(again);
	close(fd);
	has(path, "old\nnew\n");
}

static void follows_no_foreign_link(void **state)
{
	const struct output_how how = { .mode = 0600, .append = true };

	(void)state;
	assert_int_equal(chmod(folder, 0777), 0);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	assert_int_equal(output_open(path, &how), -EMLINK);
	assert_int_equal(unlink(path), 0);
	make_file("old\n");
	assert_int_equal(chmod(path, 0600), 0);
	close(output_open(path, &how));
	has(path, "old\n");
	assert_int_equal(chmod(folder, 0700), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, remove_file)
	const struct CMUnitTest tests[] = {
		TEST(empties_a_file),           TEST(appends),
		TEST(appends_where_the_end_is), TEST(appends_to_an_open_file),
		TEST(follows_no_foreign_link),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
