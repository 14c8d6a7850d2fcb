/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From a descriptor to its socket. */
#ifndef ET_FD_BPF_H
#define ET_FD_BPF_H

#include "probes/core/file.bpf.h"

/* The socket of a task's descriptor @fd; NULL: it is closed by now, or not a socket. */
static __always_inline struct sock *et_sock_of_fd(const struct task_struct *task, __u32 fd)
{
	const struct file *file = et_file_of(task, fd);
	struct socket *socket;

	if (!file || et_inode_type(et_read(file, f_inode)) != S_IFSOCK)
		return NULL;
	/*
	 * A named socket's inode in a file system has this type too, but no process can have it
	 * open.
	 */
	socket = et_read(file, private_data);
	return socket ? et_read(socket, sk) : NULL;
}

#endif /* ET_FD_BPF_H */
