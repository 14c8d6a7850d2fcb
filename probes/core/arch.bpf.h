/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Differences between processor architectures: the numbers of system calls, the position of a
 * task's registers while the task is in a system call, and tags in user addresses.
 *
 * Newer architectures, such as arm64, lack the oldest system calls: open, creat, chmod, chown,
 * lchown, link, unlink, rmdir and rename. They have only the variants with a directory descriptor,
 * such as openat. ET_NR_OLD_CALLS is then not defined.
 */
#ifndef ET_ARCH_BPF_H
#define ET_ARCH_BPF_H

/* clang-format off: vmlinux.h comes before everything that uses its types */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
/* clang-format on */

#if defined(__TARGET_ARCH_x86)
# include "probes/core/arch_x86.bpf.h"
#elif defined(__TARGET_ARCH_arm64)
# include "probes/core/arch_arm64.bpf.h"
#else
# error "add probes/core/arch_<architecture>.bpf.h"
#endif

/* System calls added since 5.1 have the same number on all architectures. */
#define ET_NR_OPENAT2       437
#define ET_NR_FCHMODAT2     452
#define ET_NR_SETXATTRAT    463
#define ET_NR_REMOVEXATTRAT 466

#endif /* ET_ARCH_BPF_H */
