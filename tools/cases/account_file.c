/* SPDX-License-Identifier: BSD-2-Clause */
/* Events of files. */
#include "tools/cases/account.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "tools/cases/account_line.h"
#include "tools/cases/account_snap.h"

static uint64_t ns_of(const struct timespec *ts)
{
	return (uint64_t)ts->tv_sec * 1000000000ull + (uint64_t)ts->tv_nsec;
}

static const char *type_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return "FILE";
	case S_IFDIR:
		return "DIR";
	case S_IFLNK:
		return "SYMLINK";
	case S_IFCHR:
		return "CHARACTER_DEVICE";
	case S_IFBLK:
		return "BLOCK_DEVICE";
	case S_IFIFO:
		return "NAMED_PIPE";
	default:
		return "SOCKET";
	}
}

static void put_file_info(const struct account_file *f, bool deleted)
{
	uint64_t size = (uint64_t)f->st.st_size, ctime = ns_of(&f->st.st_ctim);

	line_put(",\"file_info\":{\"type\":\"%s\",\"mode\":%o,\"uid\":%u,\"gid\":%u",
		 type_of(f->st.st_mode), f->st.st_mode, f->st.st_uid, f->st.st_gid);
	if (!f->overlay)
		line_put(",\"inode\":%" PRIu64, (uint64_t)f->st.st_ino);
	line_put(",\"mtime\":%" PRIu64, ns_of(&f->st.st_mtim));
	/*
	 * Reading a link's target changes its atime, and another thread may do that before the
	 * event.
	 */
	if (!S_ISLNK(f->st.st_mode))
		line_put(",\"atime\":%" PRIu64, ns_of(&f->st.st_atim));
	if (deleted)
		/*
		 * Programs may read these values before or after the deletion. Some file systems
		 * set the size of a deleted directory to 0.
		 */
		line_put(",\"size\":{\"$range\":[%" PRIu64 ",%" PRIu64 "]},"
			 "\"ctime\":{\"$range\":[%" PRIu64 ",%" PRIu64 "]}}",
			 S_ISDIR(f->st.st_mode) ? 0 : size, size, f->overlay ? 0 : ctime,
			 snap_clock(CLOCK_REALTIME) + 1000000000);
	else
		line_put(",\"size\":%" PRIu64 ",\"ctime\":{\"$range\":[%" PRIu64 ",%" PRIu64 "]}}",
			 size, f->overlay ? 0 : ctime, ctime);
}

/* Add the members that are different if a tracepoint reports the event. */
static void put_by_tracepoint(const struct account_file *f)
{
	line_put(",\"$tracepoint\":{\"symlink_target_path\":\"\"");
	if (!f->known)
		line_put(",\"file_info\":{\"type\":\"UNKNOWN\",\"mode\":0,\"uid\":0,\"gid\":0,"
			 "\"inode\":0,\"size\":0,\"atime\":0,\"mtime\":0,\"ctime\":0}");
	line_string(f->old_path ? "new_path" : "path", f->given);
	line_put(",\"%s_flags\":[\"unresolved\"]}", f->old_path ? "new_path" : "path");
}

void account_file(const char *type, const struct account_file *f)
{
	/* Take the snapshot without the working directory, which may have no path. */
	static struct account_snap now;

	snap_pids(&now.pids);
	snap_creds(&now.creds);
	snap_ns(now.ns);
	snap_comm(now.comm);
	snap_cgroup(now.cgroup, now.cgroup_v2, sizeof(now.cgroup));
	line_begin(type);
	line_pids("pids", &now.pids);
	line_creds(&now.creds);
	put_file_info(f, !strcmp(type, "FILE_DELETE"));
	line_string("comm", now.comm);
	/* Index 2 is the mount namespace: snap_ns_names. */
	line_put(",\"mount_namespace\":%u", now.ns[2]);
	if (f->change)
		line_string("change_type", f->change);
	if (f->old_path)
		line_string("old_path", f->old_path);
	line_path(f->old_path ? "new_path" : "path", f->path, f->flags);
	line_string("symlink_target_path", f->link ? f->link : "");
	line_cgroups(&now);
	if (f->unseen)
		line_put(",\"$tracepoint\":null");
	else if (f->given)
		put_by_tracepoint(f);
	line_end();
}
