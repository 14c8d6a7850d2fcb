/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Old system calls that newer architectures lack: arm64 has openat(2), but no open(2). There, each
 * function calls the newer system call, as the C library does. The events are the same.
 */
#ifndef ET_OLD_CALLS_H
#define ET_OLD_CALLS_H

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static inline int old_open(const char *path, int flags, mode_t mode)
{
#ifdef SYS_open
	return (int)syscall(SYS_open, path, flags, mode);
#else
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
#endif
}

static inline int old_creat(const char *path, mode_t mode)
{
#ifdef SYS_creat
	return (int)syscall(SYS_creat, path, mode);
#else
	return old_open(path, O_CREAT | O_WRONLY | O_TRUNC, mode);
#endif
}

static inline int old_chmod(const char *path, mode_t mode)
{
#ifdef SYS_chmod
	return (int)syscall(SYS_chmod, path, mode);
#else
	return (int)syscall(SYS_fchmodat, AT_FDCWD, path, mode);
#endif
}

static inline int old_chown(const char *path, uid_t uid, gid_t gid)
{
#ifdef SYS_chown
	return (int)syscall(SYS_chown, path, uid, gid);
#else
	return (int)syscall(SYS_fchownat, AT_FDCWD, path, uid, gid, 0);
#endif
}

static inline int old_lchown(const char *path, uid_t uid, gid_t gid)
{
#ifdef SYS_lchown
	return (int)syscall(SYS_lchown, path, uid, gid);
#else
	return (int)syscall(SYS_fchownat, AT_FDCWD, path, uid, gid, AT_SYMLINK_NOFOLLOW);
#endif
}

static inline int old_link(const char *path, const char *other)
{
#ifdef SYS_link
	return (int)syscall(SYS_link, path, other);
#else
	return (int)syscall(SYS_linkat, AT_FDCWD, path, AT_FDCWD, other, 0);
#endif
}

static inline int old_rename(const char *path, const char *other)
{
#ifdef SYS_rename
	return (int)syscall(SYS_rename, path, other);
#else
	return (int)syscall(SYS_renameat, AT_FDCWD, path, AT_FDCWD, other);
#endif
}

#endif /* ET_OLD_CALLS_H */
