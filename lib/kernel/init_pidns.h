/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds facts about this process that only BPF programs can read. These are its IDs in the initial
 * PID namespace, and the inodes and terminals of its descriptors.
 */
#ifndef ET_SELF_H
#define ET_SELF_H

#include <linux/types.h>

#include "lib/wire/own_task.h"

struct btf;

/**
 * et_init_pidns__tgid() - ID of this process in the initial PID namespace
 *
 * BPF programs see process IDs of the initial PID namespace. In a container, getpid() returns
 * another ID. So this function runs a BPF program in this process (Linux 5.10). If that fails, it
 * returns getpid().
 */
__u32 et_init_pidns__tgid(void);

/**
 * et_init_pidns__own_task() - find facts about this process in the kernel
 * @look:	fds, wanted and wanted_count are input, all other members are output
 * @vmlinux:	the kernel's types; NULL: libbpf reads them again
 *
 * A BPF program that runs in this process fills in @look. An iterator over all tasks of this
 * process's PID namespace translates the process IDs in look->wanted to the initial PID namespace.
 * If this process is in the initial PID namespace, no iterator is needed: look->found is a copy of
 * look->wanted.
 *
 * Return: 0, or a negative errno if only look->tgid is known.
 */
int et_init_pidns__own_task(struct et_own_task *look, const struct btf *vmlinux);

#endif /* ET_SELF_H */
