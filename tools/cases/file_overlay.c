/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files of an overlay that is the root, as in most containers. Each operation is one event,
 * although the overlay repeats it on the file systems below. Paths are those that the process sees.
 */
#include "tools/cases/account.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/xattr.h>
#include <unistd.h>

static struct account_file now(const char *path)
{
	struct account_file f = { .path = path, .overlay = true };

	CHECK(lstat(path, &f.st) == 0);
	return f;
}

static void enter(const char *type, const char *path, const char *change)
{
	struct account_file f = now(path);

	f.change = change;
	account_file(type, &f);
}

static void rename_to(const char *old, const char *new)
{
	struct account_file f;

	CHECK(rename(old, new) == 0);
	f = now(new);
	f.old_path = old;
	account_file("FILE_RENAME", &f);
}

static void delete(const char *path)
{
	struct account_file f = now(path);

	CHECK(S_ISDIR(f.st.st_mode) ? rmdir(path) == 0 : unlink(path) == 0);
	account_file("FILE_DELETE", &f);
}

/*
 * Make files in the lower layer, and their directories. The overlay copies them up before the first
 * change.
 */
static void make_lower(const char *top)
{
	static const char *const names[] = { "written", "moded", "named", "attributed" };
	char path[64];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/lower/%s", top, names[i]);
		CHECK(mknod(path, S_IFREG | 0600, 0) == 0);
		CHECK(setxattr(path, "trusted.case", "v", 1, 0) == 0);
		enter("FILE_MODIFY", path, "XATTRS");
	}
}

static void copies(void)
{
	int from, fd = open("/written", O_WRONLY | O_CLOEXEC);

	CHECK(fd >= 0 && write(fd, "text", 4) == 4);
	enter("FILE_MODIFY", "/written", "CONTENT");
	CHECK(fsetxattr(fd, "trusted.case", "w", 1, 0) == 0);
	enter("FILE_MODIFY", "/written", "XATTRS");
	CHECK(fallocate(fd, 0, 0, 5000) == 0);
	enter("FILE_MODIFY", "/written", "CONTENT");
	CHECK(ftruncate(fd, 4) == 0);
	enter("FILE_MODIFY", "/written", "CONTENT");
	from = open("/written", O_RDONLY | O_CLOEXEC);
	CHECK(from >= 0 && copy_file_range(from, NULL, fd, &(off_t){ 100 }, 4, 0) == 4);
	enter("FILE_MODIFY", "/written", "CONTENT");
	close(from);
	close(fd);
	CHECK(chmod("/moded", 0640) == 0);
	enter("FILE_MODIFY", "/moded", "PERMISSIONS");
	rename_to("/named", "/folder/named");
	CHECK(removexattr("/attributed", "trusted.case") == 0);
	enter("FILE_MODIFY", "/attributed", "XATTRS");
	CHECK(truncate("/attributed", 3) == 0);
	enter("FILE_MODIFY", "/attributed", "CONTENT");
	delete ("/written");
	delete ("/moded");
	delete ("/folder/named");
	delete ("/attributed");
}

/* Do the operations in the overlay, after chroot(2) into it. */
static void acts(void)
{
	int fd;

	CHECK(mount("/proc", "merged/proc", NULL, MS_BIND | MS_REC, NULL) == 0);
	CHECK(chroot("merged") == 0 && chdir("/") == 0);
	fd = open("foo", O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	CHECK(fd >= 0);
	enter("FILE_CREATE", "/foo", NULL);
	CHECK(write(fd, "text", 4) == 4);
	enter("FILE_MODIFY", "/foo", "CONTENT");
	CHECK(fchmod(fd, 0600) == 0);
	enter("FILE_MODIFY", "/foo", "PERMISSIONS");
	close(fd);
	CHECK(chmod("/foo", 0644) == 0);
	enter("FILE_MODIFY", "/foo", "PERMISSIONS");
	CHECK(chown("foo", 1, 1) == 0);
	enter("FILE_MODIFY", "/foo", "OWNER");
	rename_to("/foo", "/folder/bar");
	CHECK(truncate("folder/bar", 1) == 0);
	enter("FILE_MODIFY", "/folder/bar", "CONTENT");
	CHECK(link("/folder/bar", "/foo") == 0);
	enter("FILE_CREATE", "/foo", NULL);
	delete ("/folder/bar");
	delete ("/foo");
	copies();
	/* A whiteout hides the deleted file of the lower layer. */
	delete ("/pipe");
	delete ("/folder");
}

int main(int argc, char **argv, char **envp)
{
	char top[] = "/tmp/case.XXXXXX";
	int root;

	(void)argc;
	account_begin(argv, envp);
	CHECK(mkdtemp(top));
	CHECK(unshare(CLONE_NEWNS) == 0);
	CHECK(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CHECK(mount("tmpfs", top, "tmpfs", 0, "mode=755") == 0 && chdir(top) == 0);
	CHECK(mkdir("lower", 0755) == 0 && mkdir("upper", 0755) == 0);
	CHECK(mkdir("work", 0755) == 0 && mkdir("merged", 0755) == 0);
	CHECK(mkdir("lower/folder", 0755) == 0 && mkdir("lower/proc", 0755) == 0);
	CHECK(mknod("lower/pipe", S_IFIFO | 0600, 0) == 0);
	make_lower(top);
	if (account_mount_overlay())
		acts();

	CHECK(fchdir(root) == 0 && chroot(".") == 0);
	CHECK(root >= 0 && umount2(top, MNT_DETACH) == 0);
	delete (top);
	return account_end();
}
