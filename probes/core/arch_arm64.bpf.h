/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef ET_ARCH_ARM64_BPF_H
#define ET_ARCH_ARM64_BPF_H

/* System call numbers of arm64: include/uapi/asm-generic/unistd.h */
#define ET_NR_SETXATTR          5
#define ET_NR_LSETXATTR         6
#define ET_NR_FSETXATTR         7
#define ET_NR_REMOVEXATTR       14
#define ET_NR_LREMOVEXATTR      15
#define ET_NR_FREMOVEXATTR      16
#define ET_NR_UNLINKAT          35
#define ET_NR_LINKAT            37
#define ET_NR_RENAMEAT          38
#define ET_NR_TRUNCATE          45
#define ET_NR_FTRUNCATE         46
#define ET_NR_FALLOCATE         47
#define ET_NR_FCHMOD            52
#define ET_NR_FCHMODAT          53
#define ET_NR_FCHOWNAT          54
#define ET_NR_FCHOWN            55
#define ET_NR_OPENAT            56
#define ET_NR_WRITE             64
#define ET_NR_WRITEV            66
#define ET_NR_SPLICE            76
#define ET_NR_SETREGID          143
#define ET_NR_SETGID            144
#define ET_NR_SETREUID          145
#define ET_NR_SETUID            146
#define ET_NR_SETRESUID         147
#define ET_NR_SETRESGID         149
#define ET_NR_SETFSUID          151
#define ET_NR_SETFSGID          152
#define ET_NR_EXECVE            221
#define ET_NR_OPEN_BY_HANDLE_AT 265
#define ET_NR_RENAMEAT2         276
#define ET_NR_EXECVEAT          281
#define ET_NR_COPY_FILE_RANGE   285
#define ET_NR_PWRITEV2          287

/* The member of struct pt_regs that holds the number of the system call. */
#define ET_NR_REG syscallno

/*
 * TIF_32BIT: a bit in thread_info::flags, set in tasks that run a 32-bit program. All system calls
 * of such a task are 32-bit calls. See arch/arm64/include/asm/thread_info.h.
 */
#define ET_COMPAT_MEMBER flags
#define ET_COMPAT_BIT    (1 << 22)

/* Bytes of a task's kernel stack: THREAD_SIZE of arm64 without KASAN, if pages have 4 or 16 KiB. */
#define ET_STACK 16384

/*
 * Bytes of struct pt_regs, the user registers at the end of that stack. They depend on the kernel
 * version.
 */
#define ET_PT_REGS_SIZE bpf_core_type_size(struct pt_regs)

/*
 * Remove the tag from a user address. The processor ignores the highest eight bits of a user
 * address, so a program can store a tag there. Kernel addresses have bit 55 set, and stay as they
 * are. The kernel's untagged_addr() does the same: arch/arm64/include/asm/memory.h
 *
 * System calls accept such addresses since 5.4, from a process that has asked for it by
 * prctl(PR_SET_TAGGED_ADDR_CTRL). bpf_probe_read_user() refuses them since 6.4: commit d319f344561d
 * ("mm: Fix copy_from_user_nofault()."), which older stable kernels have too.
 */
static __always_inline __u64 et_untagged(__u64 at)
{
	return at & (__u64)((__s64)(at << 8) >> 8);
}

#endif /* ET_ARCH_ARM64_BPF_H */
