/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ET_HOOKS_ARCH_ARM64_H
#define ET_HOOKS_ARCH_ARM64_H

/* Prefix of the names of the kernel functions for 64-bit system calls. */
#define ET_SYSCALL "__arm64_sys_"

/*
 * The kernel has no open, unlink and similar calls: only the variants with a directory descriptor.
 */
#define ET_HAS_OLD_CALLS 0

#endif /* ET_HOOKS_ARCH_ARM64_H */
