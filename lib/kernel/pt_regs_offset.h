/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds where a task's kernel stack holds the registers with which a system call was entered. */
#ifndef ET_PT_REGS_OFFSET_H
#define ET_PT_REGS_OFFSET_H

#include <linux/types.h>

struct btf;

/**
 * et_pt_regs__offset() - offset of a system call's registers on its task's kernel stack
 * @vmlinux:	the kernel's types
 *
 * The offset depends on the architecture, the stack size and the kernel's configuration. So this
 * function runs a BPF program that calls bpf_task_pt_regs() for the calling thread.
 *
 * Return: the offset in bytes from task_struct::stack, or 0 if it is unknown, as before Linux 5.15.
 */
__u32 et_pt_regs__offset(const struct btf *vmlinux);

#endif /* ET_PT_REGS_OFFSET_H */
