/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds where a system call's registers are on a task's kernel stack. */
#ifndef ET_PT_REGS_OFFSET_H
#define ET_PT_REGS_OFFSET_H

#include <linux/types.h>

struct btf;

/**
 * et_pt_regs__offset() - offset of a system call's registers on its task's stack
 * @vmlinux:	the kernel's types
 *
 * The offset depends on the architecture, the size of stacks, and the kernel's configuration (on
 * x86, FRED). So a BPF program calls bpf_task_pt_regs() for the calling thread.
 *
 * Return: bytes from task_struct::stack on, or 0 if it is unknown: before Linux 5.15.
 */
__u32 et_pt_regs__offset(const struct btf *vmlinux);

#endif /* ET_PT_REGS_OFFSET_H */
