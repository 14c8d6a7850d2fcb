/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Numbers of system calls. Newer architectures, such as arm64, lack the oldest system calls. If
 * ET_NR_OLD_CALLS is not defined, there is no open, creat, chmod, chown, lchown, link, unlink,
 * rmdir and rename. Only the variants with a directory descriptor exist, such as openat.
 */
#ifndef ET_SYSCALL_NR_BPF_H
#define ET_SYSCALL_NR_BPF_H

#if defined(__TARGET_ARCH_x86)
/* System call numbers of x86-64: arch/x86/entry/syscalls/syscall_64.tbl */
# define ET_NR_OLD_CALLS         1
# define ET_NR_OPEN              2
# define ET_NR_TRUNCATE          76
# define ET_NR_FTRUNCATE         77
# define ET_NR_RENAME            82
# define ET_NR_RMDIR             84
# define ET_NR_CREAT             85
# define ET_NR_LINK              86
# define ET_NR_UNLINK            87
# define ET_NR_CHMOD             90
# define ET_NR_FCHMOD            91
# define ET_NR_CHOWN             92
# define ET_NR_FCHOWN            93
# define ET_NR_LCHOWN            94
# define ET_NR_SETXATTR          188
# define ET_NR_LSETXATTR         189
# define ET_NR_FSETXATTR         190
# define ET_NR_REMOVEXATTR       197
# define ET_NR_LREMOVEXATTR      198
# define ET_NR_FREMOVEXATTR      199
# define ET_NR_OPENAT            257
# define ET_NR_FCHOWNAT          260
# define ET_NR_UNLINKAT          263
# define ET_NR_RENAMEAT          264
# define ET_NR_LINKAT            265
# define ET_NR_FCHMODAT          268
# define ET_NR_SPLICE            275
# define ET_NR_FALLOCATE         285
# define ET_NR_OPEN_BY_HANDLE_AT 304
# define ET_NR_RENAMEAT2         316
# define ET_NR_EXECVEAT          322
# define ET_NR_COPY_FILE_RANGE   326
#else
# error "the numbers of this processor's system calls are missing"
#endif

/* System calls added since 5.1 have the same number on all architectures. */
#define ET_NR_OPENAT2       437
#define ET_NR_FCHMODAT2     452
#define ET_NR_SETXATTRAT    463
#define ET_NR_REMOVEXATTRAT 466

#endif /* ET_SYSCALL_NR_BPF_H */
