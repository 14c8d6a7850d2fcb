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
#include <zstd.h>

#include "tools/eventstrace/stop.h"

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

/* Call output_open(). Return: a descriptor, or a negative errno. */
static int open_it(const char *name, const struct output_how *how)
{
	struct output_file file;
	int r = output_open(name, how, &file);

	if (r < 0)
		return r;
	assert_int_equal(file.folder, -1);
	assert_ptr_equal(file.path, name);
	return file.fd;
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
	fd = open_it(path, &how);
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
	fd = open_it(path, &how);
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
	/* A program that was killed may have left an incomplete line. */
	append("old\n{\"event_ty", "old\n{\"event_ty\nnew\n");
	append("x", "x\nnew\n");
}

/*
 * Data is written at the end of the file, also after another program changed or emptied the file,
 * as logrotate's copytruncate does.
 */
static void appends_where_the_end_is(void **state)
{
	const struct output_how how = { .mode = 0600, .append = true };
	int fd;

	(void)state;
	fd = open_it(path, &how);
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
	again = open_it(name, &how);
	assert_true(again >= 0);
	put(again, "new\n");
	close(again);
	close(fd);
	has(path, "old\nnew\n");
}

/*
 * Make a file with these bytes, and open it to append compressed data. Return: the file's size, or
 * a negative errno.
 */
static off_t append_frame(const char *bytes, size_t size)
{
	const struct output_how how = { .mode = 0600, .append = true, .compressed = true };
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	struct stat st;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	close(fd);
	fd = open_it(path, &how);
	assert_int_equal(stat(path, &st), 0);
	if (fd < 0) {
		/* On failure, the file is unchanged. */
		assert_int_equal(st.st_size, size);
		return fd;
	}
	close(fd);
	return st.st_size;
}

/* An incomplete frame is removed before the next frame is written. */
static void appends_frames(void **state)
{
	char bytes[256];
	size_t one = ZSTD_compress(bytes, sizeof(bytes), "one\n", 4, 3);
	size_t two = one + ZSTD_compress(bytes + one, sizeof(bytes) - one, "two\n", 4, 3);
	const struct output_how plain = { .mode = 0600, .append = true };

	(void)state;
	for (size_t size = 0; size <= two; size++)
		assert_int_equal(append_frame(bytes, size), size < one   ? 0
							    : size < two ? one
									 : two);
	assert_int_equal(append_frame("line\n", 5), -EILSEQ);
	bytes[one] = '?';
	assert_int_equal(append_frame(bytes, two), -EILSEQ);
	/* A plain line cannot follow a frame, either. */
	assert_int_equal(open_it(path, &plain), -EILSEQ);
}

static void follows_no_foreign_link(void **state)
{
	const struct output_how how = { .mode = 0600, .append = true };

	(void)state;
	assert_int_equal(chmod(folder, 0777), 0);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	assert_int_equal(open_it(path, &how), -EMLINK);
	assert_int_equal(unlink(path), 0);
	make_file("old\n");
	assert_int_equal(chmod(path, 0600), 0);
	close(open_it(path, &how));
	has(path, "old\n");
	assert_int_equal(chmod(folder, 0700), 0);
}

/* ---- opening again ------------------------------------------------------------------------- */

static const struct output_how again = { .mode = 0640, .append = true, .reopens = true };
static const struct output_how again_empty = { .mode = 0640, .reopens = true };

static struct output_file open_again(void)
{
	struct output_file file;

	assert_int_equal(output_open(path, &again, &file), 0);
	assert_true(file.folder >= 0);
	assert_string_equal(file.name, "events");
	return file;
}

static void close_all(const struct output_file *file)
{
	close(file->fd);
	close(file->folder);
}

static void reopens(void **state)
{
	struct output_file file = open_again();
	char moved[80];
	struct stat st;
	int fd;

	(void)state;
	snprintf(moved, sizeof(moved), "%s.1", path);
	/* The name still belongs to the open file. */
	assert_int_equal(output_reopen(&file, &again), 0);
	put(file.fd, "one\n");
	assert_int_equal(output_reopen(&file, &again), 0);
	assert_int_equal(output_reopen(&file, &again_empty), 0);

	assert_int_equal(rename(path, moved), 0);
	fd = output_reopen(&file, &again);
	assert_true(fd > 0);
	put(fd, "two\n");
	close(fd);
	has(path, "two\n");
	has(moved, "one\n");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);

	/* Another program has made the file, so it is never emptied. */
	assert_int_equal(output_reopen(&file, &again_empty), -EEXIST);
	has(path, "two\n");
	fd = output_reopen(&file, &again);
	assert_true(fd > 0);
	put(fd, "six\n");
	close(fd);
	has(path, "two\n\nsix\n");
	assert_int_equal(truncate(path, 0), 0);
	fd = output_reopen(&file, &again_empty);
	assert_true(fd > 0);
	close(fd);
	unlink(moved);
	close_all(&file);
}

static void reopens_safely(void **state)
{
	struct output_file file = open_again();

	(void)state;
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	assert_int_equal(output_reopen(&file, &again), -EMLINK);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(output_reopen(&file, &again), -EMEDIUMTYPE);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(output_reopen(&file, &again), -EISDIR);
	assert_int_equal(rmdir(path), 0);
	assert_non_null(strstr(output_strerror(-EMEDIUMTYPE), "regular"));
	close_all(&file);
}

static void not_everything_reopens(void **state)
{
	struct output_file file;
	char name[32];
	int fds[2];

	(void)state;
	assert_int_equal(output_open("/dev/null", &again, &file), 0);
	assert_int_equal(file.folder, -1);
	close(file.fd);
	assert_int_equal(pipe(fds), 0);
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fds[1]);
	assert_int_equal(output_open(name, &again, &file), 0);
	assert_int_equal(file.folder, -1);
	close(file.fd);
	close(fds[0]);
	close(fds[1]);
	assert_int_equal(output_open(NULL, &again, &file), 0);
	assert_int_equal(file.folder, -1);
	assert_int_equal(file.fd, STDOUT_FILENO);
	assert_null(file.path);
}

/*
 * --metrics: a reader with the old file open still reads the old content. The new file has the
 * given permissions, whatever the umask.
 */
static void replaces(void **state)
{
	struct output_file file;
	char other[80], old[8] = "";
	struct stat st;
	mode_t mask;
	int fd;

	(void)state;
	assert_int_equal(output_find(path, &file), 0);
	assert_int_equal(file.fd, -1);
	mask = umask(077);
	assert_int_equal(output_replace(&file, 0644, "one", 3), 0);
	umask(mask);
	has(path, "one");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	/* A program that was killed may have left the temporary file. */
	snprintf(other, sizeof(other), "%s/.events.new", folder);
	assert_int_equal(symlink("/dev/null", other), 0);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(output_replace(&file, 0644, "two", 3), 0);
	has(path, "two");
	assert_int_equal(read(fd, old, sizeof(old)), 3);
	assert_string_equal(old, "one");
	close(fd);
	assert_int_equal(access(other, F_OK), -1);
	/* A failure leaves no temporary file. */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(output_replace(&file, 0644, "three", 5), -EISDIR);
	assert_int_equal(access(other, F_OK), -1);
	assert_int_equal(rmdir(path), 0);
	close(file.folder);
}

static void replaces_only_files(void **state)
{
	struct output_file file;

	(void)state;
	assert_int_equal(output_find("/dev/null", &file), -EMEDIUMTYPE);
	assert_int_equal(output_find("/dev/fd/1", &file), -EMEDIUMTYPE);
	assert_int_equal(output_find("/no/such/folder", &file), -ENOENT);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(output_find(path, &file), -EMEDIUMTYPE);
}

/*
 * Open the folder @spool with this process's group. *ret_mode receives its permissions then.
 * Return: 0 or the error.
 */
static int open_spool(const char *spool, unsigned int *ret_mode)
{
	const struct output_folder_how how = { .mode = 02770,
					       .has_group = true,
					       .group = getgid() };
	int fd = output_open_folder(spool, &how);
	struct stat st;

	assert_int_equal(stat(spool, &st), 0);
	*ret_mode = st.st_mode & 07777;
	if (fd >= 0)
		close(fd);
	return fd < 0 ? fd : 0;
}

/* The permissions of a folder with files of others stay, also if its group is given. */
static void takes_no_folder_of_others(void **state)
{
	char spool[64], file[80], lock[80];
	unsigned int mode;

	(void)state;
	snprintf(spool, sizeof(spool), "%s/spool", folder);
	snprintf(file, sizeof(file), "%s/file", spool);
	snprintf(lock, sizeof(lock), "%s/lock", spool);
	assert_int_equal(mkdir(spool, 0755), 0);
	assert_int_equal(chmod(spool, 01777), 0);
	assert_int_equal(open_spool(spool, &mode), -EREMOTE);
	assert_int_equal(mode, 01777);
	assert_int_equal(chmod(spool, 0755), 0);
	assert_int_equal(mknod(file, S_IFREG | 0600, 0), 0);
	assert_int_equal(open_spool(spool, &mode), -ENOTEMPTY);
	assert_int_equal(mode, 0755);
	/* A writer of segments has made this file. */
	assert_int_equal(mknod(lock, S_IFREG | 0600, 0), 0);
	assert_int_equal(open_spool(spool, &mode), 0);
	assert_int_equal(mode, 02770);
	assert_int_equal(unlink(file), 0);
	assert_int_equal(unlink(lock), 0);
	/* The folder is empty. */
	assert_int_equal(chmod(spool, 0755), 0);
	assert_int_equal(open_spool(spool, &mode), 0);
	assert_int_equal(mode, 02770);
	assert_int_equal(rmdir(spool), 0);
}

/*
 * A pipe whose descriptor blocks and whose reader has stalled: it polls writable, and has room for
 * less than the text. A signal must still end output_text().
 */
static void stops_at_a_stalled_pipe(void **state)
{
	static char text[1 << 20];
	int fds[2];

	(void)state;
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	memset(text, 'x', sizeof(text));
	assert_int_equal(stop_install(), 0);
	assert_int_equal(stop_begin(1), 0);
	assert_int_equal(output_text(fds[1], text, sizeof(text)), -ECANCELED);
	close(fds[0]);
	close(fds[1]);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, remove_file)
	const struct CMUnitTest tests[] = {
		TEST(stops_at_a_stalled_pipe),
		TEST(empties_a_file),
		TEST(appends),
		TEST(appends_where_the_end_is),
		TEST(appends_to_an_open_file),
		TEST(appends_frames),
		TEST(follows_no_foreign_link),
		TEST(reopens),
		TEST(reopens_safely),
		TEST(not_everything_reopens),
		TEST(replaces),
		TEST(replaces_only_files),
		TEST(takes_no_folder_of_others),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
