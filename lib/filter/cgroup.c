/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "lib/include/eventstrace.h"

/*
 * Since 5.5 the file handle of a cgroup's directory, from name_to_handle_at(2), is the cgroup's ID:
 * kernfs_node::id in the kernel. BPF programs read the same ID.
 */
int et_cgroup_id(const char *path, uint64_t *ret)
{
	struct {
		struct file_handle head;
		uint64_t id;
	} handle = { .head.handle_bytes = sizeof(handle.id) };
	struct statfs fs;
	struct stat st;
	int mount_id;

	if (statfs(path, &fs) < 0 || stat(path, &st) < 0)
		return -errno;
	if (fs.f_type != CGROUP2_SUPER_MAGIC || !S_ISDIR(st.st_mode))
		return -ENOTSUP;
	if (name_to_handle_at(AT_FDCWD, path, &handle.head, &mount_id, AT_SYMLINK_FOLLOW) < 0)
		return -errno;
	if (handle.head.handle_bytes != sizeof(handle.id))
		return -ENOTSUP;
	memcpy(ret, handle.head.f_handle, sizeof(*ret));
	return 0;
}
