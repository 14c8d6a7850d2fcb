/* SPDX-License-Identifier: BSD-2-Clause */
/* Changes of permissions, owners and extended attributes. */
#include "tools/cases/attributes.h"
#include "tools/cases/files.h"
#include "tools/cases/old_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

/* An ACL with one user more than the mode has: include/uapi/linux/posix_acl_xattr.h */
static const struct {
	uint32_t version;
	struct {
		uint16_t tag, perm;
		uint32_t id;
	} entries[5];
} acl = {
	2,
	{ { 0x01, 6, -1U }, { 0x02, 4, 1 }, { 0x04, 4, -1U }, { 0x10, 4, -1U }, { 0x20, 0, -1U } }
};

#define ACL "system.posix_acl_access"

static void permissions(int fd, int here)
{
	struct account_file f;

	CHECK(old_chmod("a", 0600) == 0);
	files_modified("a", "PERMISSIONS");
	CHECK(fchmod(fd, 06755) == 0);
	files_modified("a", "PERMISSIONS");
	CHECK(syscall(SYS_fchmodat, here, "./folder/../a", 0644) == 0);
	files_modified("a", "PERMISSIONS");
	CHECK(syscall(SYS_fchmodat, AT_FDCWD, files_path("folder"), 0700) == 0);
	files_modified("folder", "PERMISSIONS");
	CHECK(old_chmod(".", 0711) == 0);
	f = files_now(".");
	f.path = files_path(NULL);
	f.change = "PERMISSIONS";
	account_file("FILE_MODIFY", &f);
	CHECK(chmod("none", 0600) == -1 && errno == ENOENT);
	/* fchmodat2(2) exists since 6.6. */
	if (!syscall(SYS_fchmodat2, here, "a", 0600, 0)) {
		files_modified("a", "PERMISSIONS");
		CHECK(syscall(SYS_fchmodat2, fd, "", 0640, AT_EMPTY_PATH) == 0);
		files_modified("a", "PERMISSIONS");
	} else {
		CHECK(errno == ENOSYS);
	}
}

static void owners(int fd, int here)
{
	CHECK(old_chown("a", 1, 2) == 0);
	files_modified("a", "OWNER");
	CHECK(fchown(fd, (uid_t)-1, 3) == 0);
	files_modified("a", "OWNER");
	CHECK(old_lchown("link", 4, 5) == 0);
	files_modified("link", "OWNER");
	CHECK(fchownat(here, "a", 6, 7, 0) == 0);
	files_modified("a", "OWNER");
	CHECK(fchownat(here, "link", 8, 9, AT_SYMLINK_NOFOLLOW) == 0);
	files_modified("link", "OWNER");
	CHECK(fchownat(fd, "", 10, 11, AT_EMPTY_PATH) == 0);
	files_modified("a", "OWNER");
	CHECK(chown("none", 1, 1) == -1 && errno == ENOENT);
}

static void attributes(int fd, int here)
{
	struct xattr_arguments args = { .value = (uint64_t)"v", .size = 1 };

	CHECK(setxattr("a", NAME, "value", 5, 0) == 0);
	files_modified("a", "XATTRS");
	CHECK(setxattr("a", NAME, "value", 5, XATTR_CREATE) == -1 && errno == EEXIST);
	CHECK(removexattr("a", NAME) == 0);
	files_modified("a", "XATTRS");
	CHECK(removexattr("a", NAME) == -1 && errno == ENODATA);
	CHECK(fsetxattr(fd, NAME, "", 0, 0) == 0);
	files_modified("a", "XATTRS");
	CHECK(fremovexattr(fd, NAME) == 0);
	files_modified("a", "XATTRS");
	CHECK(lsetxattr("link", NAME, "v", 1, 0) == 0);
	files_modified("link", "XATTRS");
	CHECK(lremovexattr("link", NAME) == 0);
	files_modified("link", "XATTRS");
	/* Since 6.2, the kernel has separate functions for ACLs. */
	CHECK(setxattr("a", ACL, &acl, sizeof(acl), 0) == 0);
	files_modified("a", "XATTRS");
	CHECK(fremovexattr(fd, ACL) == 0);
	files_modified("a", "XATTRS");
	CHECK(setxattr("a", ACL, &acl, 3, 0) == -1 && errno == EINVAL);
	/* setxattrat(2) and removexattrat(2) exist since 6.13. */
	if (!syscall(SYS_setxattrat, here, "a", 0, NAME, &args, sizeof(args))) {
		files_modified("a", "XATTRS");
		CHECK(syscall(SYS_removexattrat, fd, "", AT_EMPTY_PATH, NAME) == 0);
		files_modified("a", "XATTRS");
		CHECK(syscall(SYS_setxattrat, here, "link", AT_SYMLINK_NOFOLLOW, NAME, &args,
			      sizeof(args)) == 0);
		files_modified("link", "XATTRS");
		CHECK(syscall(SYS_removexattrat, here, "link", AT_SYMLINK_NOFOLLOW, NAME) == 0);
		files_modified("link", "XATTRS");
	} else {
		CHECK(errno == ENOSYS);
	}
}

int main(int argc, char **argv, char **envp)
{
	int fd, here;

	(void)argc;
	account_begin(argv, envp);
	files_begin();
	files_make("a", "text");
	CHECK(mkdir("folder", 0755) == 0 && symlink("a", "link") == 0);
	fd = open("a", O_RDONLY | O_CLOEXEC);
	here = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	CHECK(fd >= 0 && here >= 0);
	permissions(fd, here);
	owners(fd, here);
	attributes(fd, here);
	close(fd);
	close(here);
	files_unlink("link");
	files_unlink("a");
	files_rmdir("folder");
	files_end();
	return account_end();
}
