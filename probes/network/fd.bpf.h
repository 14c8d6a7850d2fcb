/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Finds the socket of a file descriptor. */
#ifndef ET_FD_BPF_H
#define ET_FD_BPF_H

#include "probes/core/file.bpf.h"

/*
 * The socket of descriptor @fd of @task. NULL if the descriptor is already closed, or is no socket.
 */
static __always_inline struct sock *et_sock_of_fd(const struct task_struct *task, __u32 fd)
{
	const struct file *file = et_file_of(task, fd);
	struct socket *socket;

	if (!file || et_inode_type(et_read(file, f_inode)) != S_IFSOCK)
		return NULL;
	/*
	 * The file of a Unix socket in a file system has this type too. A process can open that
	 * file only with O_PATH, and private_data is then NULL.
	 */
	socket = et_read(file, private_data);
	return socket ? et_read(socket, sk) : NULL;
}

#endif /* ET_FD_BPF_H */
