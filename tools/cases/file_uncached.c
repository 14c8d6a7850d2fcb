/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Deleted files that have no dentry in memory: on an overlay that was mounted again, and on a file
 * system whose dentries were dropped. On the overlay, tracepoints report the path without data of
 * the file, because overlays have no tracepoint of deletions.
 */
#include "tools/cases/files.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define OVERLAY "lowerdir=lower,upperdir=upper,workdir=work"

/* include/uapi/linux/magic.h */
#define EXT4_SUPER_MAGIC 0xef53
#define TMPFS_MAGIC      0x01021994

static void mount_anew(void)
{
	CHECK(umount2("merged", 0) == 0);
	CHECK(mount("overlay", "merged", "overlay", 0, OVERLAY) == 0);
}

static struct account_file before(const char *name)
{
	struct account_file f = files_now(name);

	f.overlay = true;
	f.given = f.path;
	return f;
}

static void of_an_overlay(void)
{
	struct account_file f;

	CHECK(mkdir("lower", 0755) == 0 && mkdir("upper", 0755) == 0);
	CHECK(mkdir("work", 0755) == 0 && mkdir("merged", 0755) == 0);
	CHECK(mknod("lower/a", S_IFREG | 0640, 0) == 0);
	CHECK(mknod("upper/b", S_IFREG | 0600, 0) == 0);
	CHECK(mkdir("upper/folder", 0755) == 0);
	CHECK(mount("overlay", "merged", "overlay", 0, OVERLAY) == 0);

	f = before("merged/a");
	mount_anew();
	CHECK(unlink("merged/a") == 0);
	account_file("FILE_DELETE", &f);

	f = before("merged/folder");
	mount_anew();
	CHECK(rmdir("merged/folder/") == 0);
	account_file("FILE_DELETE", &f);

	/* chmod(2) and rename(2) leave the file's dentry in memory, so tracepoints find it. */
	mount_anew();
	CHECK(chmod("merged/b", 0644) == 0);
	f = files_now("merged/b");
	f.overlay = true;
	f.change = "PERMISSIONS";
	account_file("FILE_MODIFY", &f);
	mount_anew();
	CHECK(rename("merged/b", "merged/c") == 0);
	f = files_now("merged/c");
	f.overlay = true;
	f.old_path = files_path("merged/b");
	account_file("FILE_RENAME", &f);
	CHECK(umount2("merged", 0) == 0);
}

/* Drop all unused dentries. */
static void drop_dentries(void)
{
	int fd = open("/proc/sys/vm/drop_caches", O_WRONLY | O_CLOEXEC);

	struct account_file f = { .path = "/proc/sys/vm/drop_caches", .change = "CONTENT" };

	sync();
	CHECK(fd >= 0);
	/* The first write skips dentries that were used recently. */
	for (int i = 0; i < 3; i++) {
		CHECK(write(fd, "2", 1) == 1);
		CHECK(fstat(fd, &f.st) == 0);
		account_file("FILE_MODIFY", &f);
	}
	close(fd);
}

/* Works on tmpfs, which keeps its dentries, and on ext4, which has a tracepoint of deletions. */
static void of_a_disk(void)
{
	struct account_file f;
	struct statfs fs;

	CHECK(statfs(".", &fs) == 0);
	if (fs.f_type != EXT4_SUPER_MAGIC && fs.f_type != TMPFS_MAGIC) {
		account_cannot("/tmp is neither on ext4 nor on tmpfs");
		return;
	}
	files_make("a", "text");
	CHECK(symlink("somewhere", "link") == 0);
	f = files_now("a");
	drop_dentries();
	CHECK(unlink("a") == 0);
	account_file("FILE_DELETE", &f);
	f = files_now("link");
	drop_dentries();
	CHECK(unlink("link") == 0);
	account_file("FILE_DELETE", &f);
}

int main(int argc, char **argv, char **envp)
{
	(void)argc;
	account_begin(argv, envp);
	files_begin();
	of_a_disk();
	files_mount();
	of_an_overlay();
	files_unmount();
	files_end();
	return account_end();
}
