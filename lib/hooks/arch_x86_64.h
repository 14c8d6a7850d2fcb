/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ET_HOOKS_ARCH_X86_64_H
#define ET_HOOKS_ARCH_X86_64_H

/* Prefix of the names of the kernel functions for 64-bit system calls. */
#define ET_SYSCALL "__x64_sys_"

/*
 * The kernel has open, unlink and similar calls, besides the variants with a directory descriptor.
 */
#define ET_HAS_OLD_CALLS 1

#endif /* ET_HOOKS_ARCH_X86_64_H */
