/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ioctl(2) calls that change contents: extents that files share, as cp(1) makes them, reserved and
 * freed space, exchanged ranges. Also the extents that an overlay shares when it copies a file up.
 */
#include "tools/cases/files.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "tools/cases/xfs.h"

#define BLOCK 4096

/* struct space_resv of include/linux/falloc.h */
struct space {
	__s16 l_type, l_whence;
	__s64 l_start, l_len;
	__s32 l_sysid;
	__u32 l_pid;
	__s32 l_pad[4];
};
#define RESVSP     _IOW('X', 40, struct space)
#define UNRESVSP   _IOW('X', 41, struct space)
#define RESVSP64   _IOW('X', 42, struct space)
#define UNRESVSP64 _IOW('X', 43, struct space)
#define ZERO_RANGE _IOW('X', 57, struct space)

/* struct xfs_exchange_range, since 6.10 */
struct exchange_range {
	__s32 file1_fd;
	__u32 pad;
	__u64 file1_offset, file2_offset, length, flags;
};
#define XFS_IOC_EXCHANGE_RANGE _IOW('X', 129, struct exchange_range)

static char block[BLOCK];

static int opened(const char *name, int flags)
{
	int fd = open(name, flags | O_CLOEXEC, 0640);

	CHECK(fd >= 0);
	return fd;
}

static int made(const char *name)
{
	int fd = opened(name, O_RDWR | O_CREAT | O_EXCL);

	files_created(name);
	return fd;
}

static void shares(int from)
{
	int fd = made("xfs/clone"), reader = opened("xfs/clone", O_RDONLY);
	int empty = made("xfs/empty");
	struct file_clone_range range = {
		.src_fd = from,
		.src_length = BLOCK,
		.dest_offset = BLOCK,
	};

	CHECK(ioctl(fd, FICLONE, from) == 0);
	files_modified("xfs/clone", "CONTENT");
	CHECK(ioctl(fd, FICLONERANGE, &range) == 0);
	files_modified("xfs/clone", "CONTENT");

	/* The first two calls share nothing. The kernel refuses the others. */
	CHECK(ioctl(fd, FICLONE, empty) == 0);
	range.src_offset = BLOCK;
	range.src_length = 0;
	CHECK(ioctl(fd, FICLONERANGE, &range) == 0);
	CHECK(ioctl(reader, FICLONE, from) == -1 && errno == EBADF);
	CHECK(ioctl(fd, FICLONE, 199) == -1 && errno == EBADF);
	CHECK(ioctl(fd, FICLONERANGE, NULL) == -1 && errno == EFAULT);
	close(reader);
	close(empty);
	close(fd);
	files_unlink("xfs/empty");
	files_unlink("xfs/clone");
}

/* Destinations: two files with the same bytes, one with other bytes, and a closed descriptor. */
static void shares_same(int from)
{
	struct file_dedupe_range *range = calloc(1, sizeof(*range) + 4 * sizeof(range->info[0]));
	int same[2] = { made("xfs/same 1"), made("xfs/same 2") }, other = made("xfs/other");

	CHECK(range);
	CHECK(write(same[0], block, BLOCK) == BLOCK);
	files_modified("xfs/same 1", "CONTENT");
	CHECK(write(same[1], block, BLOCK) == BLOCK);
	files_modified("xfs/same 2", "CONTENT");
	CHECK(ftruncate(other, BLOCK) == 0);
	files_modified("xfs/other", "CONTENT");
	range->src_length = BLOCK;
	range->dest_count = 4;
	range->info[0].dest_fd = same[0];
	range->info[1].dest_fd = other;
	range->info[2].dest_fd = 199;
	range->info[3].dest_fd = same[1];
	CHECK(ioctl(from, FIDEDUPERANGE, range) == 0);
	CHECK(range->info[0].bytes_deduped == BLOCK);
	files_modified("xfs/same 1", "CONTENT");
	CHECK(range->info[1].status == FILE_DEDUPE_RANGE_DIFFERS);
	CHECK(range->info[2].status == -EBADF);
	CHECK(range->info[3].bytes_deduped == BLOCK);
	files_modified("xfs/same 2", "CONTENT");
	free(range);
	close(same[0]);
	close(same[1]);
	close(other);
	files_unlink("xfs/same 1");
	files_unlink("xfs/same 2");
	files_unlink("xfs/other");
}

static void exchanges(int from)
{
	int fd = made("xfs/exchanged");
	struct exchange_range range = { .file1_fd = from, .length = BLOCK };

	CHECK(write(fd, block, BLOCK) == BLOCK);
	files_modified("xfs/exchanged", "CONTENT");
	/*
	 * This xfs lacks the feature exchrange, so the call fails. With the feature, both files
	 * would change.
	 */
	CHECK(ioctl(fd, XFS_IOC_EXCHANGE_RANGE, &range) == -1);
	close(fd);
	files_unlink("xfs/exchanged");
}

static void reserves(const char *name, bool has_space)
{
	static const unsigned long commands[] = {
		RESVSP, RESVSP64, UNRESVSP, UNRESVSP64, ZERO_RANGE,
	};
	struct space space = { .l_whence = SEEK_SET, .l_start = 0, .l_len = BLOCK };
	int fd = made(name), reader = opened(name, O_RDONLY);

	CHECK(write(fd, block, BLOCK) == BLOCK);
	files_modified(name, "CONTENT");
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		CHECK(ioctl(reader, commands[i], &space) == -1 && errno == EBADF);
		if (!has_space && commands[i] == ZERO_RANGE) {
			CHECK(ioctl(fd, commands[i], &space) == -1 && errno == EOPNOTSUPP);
			continue;
		}
		CHECK(ioctl(fd, commands[i], &space) == 0);
		files_modified(name, "CONTENT");
	}
	close(reader);
	close(fd);
	files_unlink(name);
}

/* The copy-up shares extents with the lower file. It is one change of the overlay's file. */
static void copies_up(void)
{
	struct account_file f = { .path = files_path("xfs/merged/file"), .overlay = true };

	CHECK(mkdir("xfs/lower", 0755) == 0 && mkdir("xfs/upper", 0755) == 0);
	CHECK(mkdir("xfs/work", 0755) == 0 && mkdir("xfs/merged", 0755) == 0);
	files_make("xfs/lower/file", "text");
	CHECK(chdir("xfs") == 0);
	if (account_mount_overlay()) {
		CHECK(chmod("merged/file", 0600) == 0 && lstat("merged/file", &f.st) == 0);
		f.change = "PERMISSIONS";
		account_file("FILE_MODIFY", &f);
		CHECK(umount2("merged", 0) == 0);
	}
	CHECK(chdir("..") == 0);
}

/* The calls that tmpfs lacks. */
static void on_xfs(void)
{
	int from = made("xfs/from");

	CHECK(write(from, block, BLOCK) == BLOCK);
	files_modified("xfs/from", "CONTENT");
	shares(from);
	shares_same(from);
	exchanges(from);
	close(from);
	reserves("xfs/reserved", true);
	copies_up();
	CHECK(umount2("xfs", 0) == 0);
}

int main(int argc, char **argv, char **envp)
{
	bool mounted;

	(void)argc;
	account_begin(argv, envp);
	CHECK(unshare(CLONE_NEWNS) == 0);
	CHECK(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	files_begin();
	/*
	 * Use a tmpfs, because the file system of /tmp differs between hosts. tmpfs can punch
	 * holes, but cannot zero ranges.
	 */
	CHECK(mkdir("mount", 0755) == 0 && mount("tmpfs", "mount", "tmpfs", 0, "") == 0);
	CHECK(mkdir("xfs", 0755) == 0);
	memset(block, 'b', sizeof(block));
	reserves("mount/reserved", false);
	files_make("mount/image", "");
	CHECK(truncate("mount/image", XFS_SIZE) == 0);
	files_modified("mount/image", "CONTENT");
	mounted = xfs_mount("mount/image", "xfs");
	if (mounted)
		on_xfs();
	else
		account_cannot("no loop device or no xfs on this machine (open or mount: ENODEV)");
	files_rmdir("xfs");
	CHECK(umount2("mount", MNT_DETACH) == 0);
	files_rmdir("mount");
	files_end();
	return account_end();
}
