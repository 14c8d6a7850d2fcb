/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From a descriptor to its socket. */
#ifndef ET_FD_BPF_H
#define ET_FD_BPF_H

#include "probes/core/read.bpf.h"

/* include/uapi/linux/stat.h */
#define ET_S_IFMT   0170000
#define ET_S_IFSOCK 0140000

/* The socket behind descriptor @fd of a task; NULL: it is closed by now, or something else. */
static __always_inline struct sock *et_sock_of_fd(const struct task_struct *task, __u32 fd)
{
	struct fdtable *fdt = et_read(task, files, fdt);
	struct file **files = et_read(fdt, fd);
	struct socket *socket;
	struct file *file;

	if (fd >= et_read(fdt, max_fds))
		return NULL;
	file = et_pointer_at(&files[fd]);
	if (!file || (et_read(file, f_inode, i_mode) & ET_S_IFMT) != ET_S_IFSOCK)
		return NULL;
	/* The inode of a named socket in a file system is one too, but nobody has that open. */
	socket = et_read(file, private_data);
	return socket ? et_read(socket, sk) : NULL;
}

#endif /* ET_FD_BPF_H */
