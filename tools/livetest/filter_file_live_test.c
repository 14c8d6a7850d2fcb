/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Filters by paths, for events of files. Each kind of hooks has its own implementation of them, so
 * this test runs with each kind.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/livetest/filtered.h"
#include "tools/livetest/folder.h"
#include "tools/livetest/runfiles.h"

/*
 * Subdirectories of the test's directory: an included one, an excluded one inside it, and one whose
 * name only begins with the same letters.
 */
static const char *const sides[] = { "in", "in/not", "inner" };

enum { IN, NOT, INNER, SIDES };

static int open_folder(void **state)
{
	(void)state;
	return folder_open("/tmp/et-filter-");
}

/* ---- operations ---------------------------------------------------------------------------- */

/* For the child: if a step fails, its line number is the exit status. */
#define DO(cond)                         \
	do {                             \
		if (!(cond))             \
			_exit(__LINE__); \
	} while (0)

/* Do each operation in the current directory, which is empty before and after. */
static void do_all(void)
{
	int fd = open("a", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	DO(fd >= 0);
	DO(write(fd, "text", 4) == 4);
	DO(ftruncate(fd, 2) == 0);
	DO(close(fd) == 0);
	DO(truncate("a", 1) == 0);
	DO(chmod("a", 0640) == 0);
	DO(chown("a", 1, 2) == 0);
	DO(setxattr("a", "trusted.filter", "1", 1, 0) == 0);
	DO(link("a", "b") == 0);
	DO(rename("b", "c") == 0);
	DO(mkdir("d", 0700) == 0);
	DO(unlink("c") == 0);
	DO(unlink("a") == 0);
	DO(rmdir("d") == 0);
}

static const struct done {
	const char *type, *name, *key;
	size_t times;
} done[] = {
	{ "FILE_CREATE", "a", "path", 1 }, { "FILE_CREATE", "b", "path", 1 },
	{ "FILE_MODIFY", "a", "path", 6 }, { "FILE_RENAME", "c", "new_path", 1 },
	{ "FILE_DELETE", "c", "path", 1 }, { "FILE_DELETE", "a", "path", 1 },
	{ "FILE_DELETE", "d", "path", 1 },
};

static const char *at(int side, const char *name)
{
	return filtered_text("%s/%s%s%s", folder_path(), sides[side], *name ? "/" : "", name);
}

/* In a new process: do all operations in each directory, and move files between the directories. */
static pid_t act(void)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (!pid) {
		for (int side = 0; side < SIDES; side++) {
			DO(mkdir(at(side, ""), 0700) == 0);
			DO(chdir(at(side, "")) == 0);
			do_all();
		}
		DO(close(open("e", O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) == 0);
		DO(rename("e", at(IN, "e")) == 0);
		DO(rename(at(IN, "e"), at(NOT, "f")) == 0);
		DO(rename(at(NOT, "f"), "g") == 0);
		DO(unlink("g") == 0);
		for (int side = SIDES - 1; side >= 0; side--)
			DO(rmdir(at(side, "")) == 0);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	return pid;
}

/* ---- expected events ----------------------------------------------------------------------- */

static void expect(const char *type, pid_t pid, const char *key, const char *path, size_t times)
{
	size_t n = filtered_count_at(type, pid, key, path);

	if (n != times)
		fail_msg("%s of %s: %zu, not %zu", type, path, n, times);
}

static void expect_side(pid_t pid, int side, bool told)
{
	for (size_t i = 0; i < sizeof(done) / sizeof(done[0]); i++)
		expect(done[i].type, pid, done[i].key, at(side, done[i].name),
		       told ? done[i].times : 0);
	expect("FILE_RENAME", pid, "old_path", at(side, "b"), told);
}

static void test_paths(void **state)
{
	pid_t pid;

	(void)state;
	filtered_begin("file-create,file-delete,file-modify,file-rename",
		       (const char *const[]){
			       filtered_text("--path-prefix=%s/in/", folder_path()),
			       filtered_text("--exclude-path-prefix=%s/in/not/", folder_path()),
			       NULL });
	pid = act();
	filtered_end();
	expect_side(pid, IN, true);
	expect_side(pid, NOT, false);
	expect_side(pid, INNER, false);
	/* If one of two paths matches, the event is recorded. */
	expect("FILE_RENAME", pid, "new_path", at(IN, "e"), 1);
	expect("FILE_RENAME", pid, "new_path", at(NOT, "f"), 1);
	expect("FILE_RENAME", pid, "new_path", at(INNER, "g"), 0);
	/*
	 * A prefix that ends with a slash does not match the directory itself. So the excluded
	 * directory is recorded, and the included one is not.
	 */
	expect("FILE_DELETE", pid, "path", at(NOT, ""), 1);
	expect("FILE_DELETE", pid, "path", at(IN, ""), 0);
	/* Other processes do nothing below the included directory. */
	assert_int_equal(filtered_all(), 2 + 6 + 1 + 3 + 2 + 1);
	assert_true(filtered_dropped("file-create") >= 2 * 2 + 1);
	assert_true(filtered_dropped("file-modify") >= 2 * 6);
	assert_true(filtered_dropped("file-rename") >= 2 * 1 + 1);
	assert_true(filtered_dropped("file-delete") >= 2 * 3 + 1 + 2);
	filtered_forget();
}

/*
 * In a new process, on its own tmpfs: use links that lead into the included directory, and out of
 * it. The text of a long link is not in memory. So the link may lead into the directory, and its
 * event passes the filter.
 */
static pid_t act_by_links(void)
{
	char text[400] = "", *end = text;
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (!pid) {
		DO(unshare(CLONE_NEWNS) == 0);
		DO(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
		DO(mount("tmpfs", folder_path(), "tmpfs", 0, NULL) == 0 &&
		   chdir(folder_path()) == 0);
		DO(mkdir("in", 0700) == 0 && mkdir("inner", 0700) == 0);
		DO(mknod("in/a", S_IFREG | 0600, 0) == 0);
		DO(mknod("inner/a", S_IFREG | 0600, 0) == 0);
		DO(symlink("../in", "inner/way") == 0 && symlink("../inner", "in/back") == 0);
		for (int i = 0; i < 150; i++)
			end = stpcpy(end, "./");
		stpcpy(end, "../in");
		DO(symlink(text, "inner/long") == 0);
		DO(chmod("inner/a", 0640) == 0);
		DO(chmod("inner/way/a", 0640) == 0);
		DO(chmod("in/back/a", 0600) == 0);
		DO(chmod("inner/long/a", 0600) == 0);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	return pid;
}

static void test_links(void **state)
{
	size_t in, given;
	pid_t pid;

	(void)state;
	filtered_begin("file-modify",
		       (const char *const[]){ filtered_text("--path-prefix=%s/in/", folder_path()),
					      NULL });
	pid = act_by_links();
	filtered_end();
	in = filtered_count_at("FILE_MODIFY", pid, "path", at(IN, "a"));
	given = filtered_count_at("FILE_MODIFY", pid, "path", at(INNER, "long/a"));
	if (in + given != 2 || !in)
		fail_msg("%zu in the folder, %zu as the path was given", in, given);
	assert_int_equal(filtered_all(), 2);
	assert_true(filtered_dropped("file-modify") >= 2);
	filtered_forget();
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_paths, open_folder, folder_close),
		cmocka_unit_test_setup_teardown(test_links, open_folder, folder_close),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
