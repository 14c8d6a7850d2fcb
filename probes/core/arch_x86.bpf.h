/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef ET_ARCH_X86_BPF_H
#define ET_ARCH_X86_BPF_H

/* System call numbers of x86-64: arch/x86/entry/syscalls/syscall_64.tbl */
#define ET_NR_OLD_CALLS         1
#define ET_NR_WRITE             1
#define ET_NR_OPEN              2
#define ET_NR_WRITEV            20
#define ET_NR_EXECVE            59
#define ET_NR_TRUNCATE          76
#define ET_NR_FTRUNCATE         77
#define ET_NR_RENAME            82
#define ET_NR_RMDIR             84
#define ET_NR_CREAT             85
#define ET_NR_LINK              86
#define ET_NR_UNLINK            87
#define ET_NR_CHMOD             90
#define ET_NR_FCHMOD            91
#define ET_NR_CHOWN             92
#define ET_NR_FCHOWN            93
#define ET_NR_LCHOWN            94
#define ET_NR_SETUID            105
#define ET_NR_SETGID            106
#define ET_NR_SETREUID          113
#define ET_NR_SETREGID          114
#define ET_NR_SETRESUID         117
#define ET_NR_SETRESGID         119
#define ET_NR_SETFSUID          122
#define ET_NR_SETFSGID          123
#define ET_NR_SETXATTR          188
#define ET_NR_LSETXATTR         189
#define ET_NR_FSETXATTR         190
#define ET_NR_REMOVEXATTR       197
#define ET_NR_LREMOVEXATTR      198
#define ET_NR_FREMOVEXATTR      199
#define ET_NR_OPENAT            257
#define ET_NR_FCHOWNAT          260
#define ET_NR_UNLINKAT          263
#define ET_NR_RENAMEAT          264
#define ET_NR_LINKAT            265
#define ET_NR_FCHMODAT          268
#define ET_NR_SPLICE            275
#define ET_NR_FALLOCATE         285
#define ET_NR_OPEN_BY_HANDLE_AT 304
#define ET_NR_RENAMEAT2         316
#define ET_NR_EXECVEAT          322
#define ET_NR_COPY_FILE_RANGE   326
#define ET_NR_PWRITEV2          328

/* The member of struct pt_regs that holds the number of the system call. */
#define ET_NR_REG orig_ax

/*
 * TS_COMPAT: a bit that the kernel sets in thread_info::status during a 32-bit system call. See
 * arch/x86/include/asm/thread_info.h.
 */
#define ET_COMPAT_MEMBER status
#define ET_COMPAT_BIT    0x0002

/* Bytes of a task's kernel stack: THREAD_SIZE of x86-64 without KASAN. */
#define ET_STACK 16384

/* Bytes of struct pt_regs, the user registers at the end of that stack. */
#define ET_PT_REGS_SIZE sizeof(struct pt_regs)

/* A user address without its tag. Addresses of x86-64 have none. */
static __always_inline __u64 et_untagged(__u64 at)
{
	return at;
}

#endif /* ET_ARCH_X86_BPF_H */
