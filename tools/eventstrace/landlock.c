/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Landlock's interface up to version 6. <linux/landlock.h> of the C library is older. A kernel may
 * know a shorter or longer struct. It accepts this struct if all members that it does not know are
 * 0.
 */
struct ruleset_attr {
	uint64_t handled_access_fs;
	uint64_t handled_access_net; /* since version 4 */
	uint64_t scoped;             /* since version 6 */
};

struct path_beneath_attr {
	uint64_t allowed_access;
	int32_t parent_fd;
} __attribute__((packed));

#define CREATE_RULESET_VERSION (1U << 0)
#define RULE_PATH_BENEATH      1

#define WRITE_FILE (1ULL << 1)
#define READ_FILE  (1ULL << 2)
#define MAKE_REG   (1ULL << 8)
/* The right to rename a file in its folder, too. */
#define REMOVE_FILE (1ULL << 5)

/*
 * Access rights of files by version: from EXECUTE to MAKE_SYM; then REFER, TRUNCATE and IOCTL_DEV.
 */
#define FS_1 ((1ULL << 13) - 1)
#define FS_2 (FS_1 | 1ULL << 13)
#define FS_3 (FS_2 | 1ULL << 14)
#define FS_5 (FS_3 | 1ULL << 15)

#define NET_4    3 /* bind(2) and connect(2) of TCP */
#define SCOPED_6 3 /* abstract sockets and signals */

static struct ruleset_attr all_of(long version)
{
	return (struct ruleset_attr){
		.handled_access_fs = version >= 5   ? FS_5
				     : version >= 3 ? FS_3
				     : version >= 2 ? FS_2
						    : FS_1,
		.handled_access_net = version >= 4 ? NET_4 : 0,
		.scoped = version >= 6 ? SCOPED_6 : 0,
	};
}

static int add_rule(long ruleset, int file, uint64_t access)
{
	const struct path_beneath_attr rule = { .allowed_access = access, .parent_fd = file };

	if (syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0) == 0)
		return 0;
	return -errno;
}

/*
 * Allow a file or folder to be read. Its descriptor stays open: a rule applies to an inode, and
 * procfs may drop an unused inode and later create another one.
 */
static int allow_reading(long ruleset, const char *path)
{
	int file = open(path, O_PATH | O_CLOEXEC);

	return file < 0 ? 0 : add_rule(ruleset, file, READ_FILE);
}

static int allow_making(long ruleset, int folder, bool rename, bool read)
{
	return add_rule(ruleset, folder,
			WRITE_FILE | MAKE_REG | (rename ? REMOVE_FILE : 0) |
				(read ? READ_FILE : 0));
}

int landlock_restrict(const char *const *readable, const struct privileges_files *files)
{
	struct ruleset_attr attr;
	long version, ruleset;
	int r = 0;

	version = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);
	if (version < 0)
		return -errno;
	attr = all_of(version);
	ruleset = syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (ruleset < 0)
		return -errno;
	while (r == 0 && *readable)
		r = allow_reading(ruleset, *readable++);
	for (size_t i = 0; r == 0 && i < files->count; i++)
		r = allow_making(ruleset, files->folders[i].fd, files->folders[i].rename,
				 files->folders[i].segments);
	if (r == 0 && syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
		r = -errno;
	close((int)ruleset);
	return r < 0 ? r : (int)version;
}
