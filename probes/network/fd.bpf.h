/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From a descriptor to its socket. */
#ifndef ET_FD_BPF_H
#define ET_FD_BPF_H

#include "probes/core/file.bpf.h"

/* The socket behind descriptor @fd of a task; NULL: it is closed by now, or something else. */
static __always_inline struct sock *et_sock_of_fd(const struct task_struct *task, __u32 fd)
{
	const struct file *file = et_file_of(task, fd);
	struct socket *socket;

	if (!file || et_inode_type(et_read(file, f_inode)) != S_IFSOCK)
		return NULL;
	/* The inode of a named socket in a file system is one too, but nobody has that open. */
	socket = et_read(file, private_data);
	return socket ? et_read(socket, sk) : NULL;
}

#endif /* ET_FD_BPF_H */
