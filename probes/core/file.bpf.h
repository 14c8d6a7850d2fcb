/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Finds the file of a descriptor, and reads an event's fields from the file's inode. */
#ifndef ET_FILE_BPF_H
#define ET_FILE_BPF_H

#include "probes/core/compat.bpf.h"

/* File types in i_mode: include/uapi/linux/stat.h */
#define S_IFMT   0170000
#define S_IFSOCK 0140000
#define S_IFLNK  0120000
#define S_IFREG  0100000
#define S_IFBLK  0060000
#define S_IFDIR  0040000
#define S_IFCHR  0020000
#define S_IFIFO  0010000

/* This value as a directory's descriptor means the working directory: include/uapi/linux/fcntl.h */
#define AT_FDCWD -100

/* Flags of a file's f_mode: include/linux/fs.h */
#define FMODE_READ      0x1
#define FMODE_WRITE     0x2
#define FMODE_CREATED   0x100000
#define FMODE_NOACCOUNT 0x20000000

/*
 * Address of the pointer to the file of descriptor @fd, in the descriptor table of @task. NULL if
 * the table has no descriptor @fd.
 */
static __always_inline struct file **et_file_slot_of(const struct task_struct *task, __u32 fd)
{
	struct fdtable *fdt = et_read(task, files, fdt);
	struct file **files = et_read(fdt, fd);

	if (fd >= et_read(fdt, max_fds))
		return NULL;
	return &files[fd];
}

/* The open file of descriptor @fd of @task; NULL if the descriptor is not open. */
static __always_inline struct file *et_file_of(const struct task_struct *task, __u32 fd)
{
	struct file **slot = et_file_slot_of(task, fd);

	return slot ? et_pointer_at(slot) : NULL;
}

/*
 * The address of the open file of descriptor @fd of @task, as a number; 0 if the descriptor is not
 * open. A number can be passed to global functions, which take no kernel pointers.
 */
static __always_inline __u64 et_file_address_of(const struct task_struct *task, __u32 fd)
{
	struct file **slot = et_file_slot_of(task, fd);
	__u64 address = 0;

	if (slot)
		bpf_probe_read_kernel(&address, sizeof(address), slot);
	return address;
}

static __always_inline __u32 et_inode_type(const struct inode *inode)
{
	return et_read(inode, i_mode) & S_IFMT;
}

/* Up to six characters as one number, so that a single comparison tests all of them. */
#define ET_WORD(a, b, c, d, e, f)                                                                \
	((__u64)(a) | (__u64)(b) << 8 | (__u64)(c) << 16 | (__u64)(d) << 24 | (__u64)(e) << 32 | \
	 (__u64)(f) << 40)

/*
 * A table from the file type in i_mode to enum et_file_type, packed into one number of 64 bits. The
 * index is the four bits S_IFMT of i_mode. Each value takes four bits.
 */
#define ET_FILE_TYPE_AT(type, format) ((__u64)ET_FILE_TYPE_##type << (S_I##format >> 12) * 4)
#define ET_FILE_TYPES                                                           \
	(ET_FILE_TYPE_AT(SOCKET, FSOCK) | ET_FILE_TYPE_AT(SYMLINK, FLNK) |      \
	 ET_FILE_TYPE_AT(FILE, FREG) | ET_FILE_TYPE_AT(BLOCK_DEVICE, FBLK) |    \
	 ET_FILE_TYPE_AT(DIR, FDIR) | ET_FILE_TYPE_AT(CHARACTER_DEVICE, FCHR) | \
	 ET_FILE_TYPE_AT(NAMED_PIPE, FIFO))

/* The file type (enum et_file_type) of a file with the i_mode @mode. */
static __always_inline __u8 et_file_type_of(__u32 mode)
{
	return ET_FILE_TYPES >> ((mode & S_IFMT) >> 12) * 4 & 0xf;
}

static __always_inline void et_fill_file_info(struct et_file_info *to, const struct inode *inode)
{
	__u32 mode = et_read(inode, i_mode);

	to->type = et_file_type_of(mode);
	to->mode = mode;
	to->uid = et_read(inode, i_uid.val);
	to->gid = et_read(inode, i_gid.val);
	to->inode = et_read(inode, i_ino);
	to->size = et_read(inode, i_size);
	to->atime = et_inode_atime(inode);
	to->mtime = et_inode_mtime(inode);
	to->ctime = et_inode_ctime(inode);
}

/*
 * True if the dentry at address @at belongs to a memfd. A memfd's name begins with "memfd:"
 * (mm/memfd.c). A file with a path can have the same name, but only a memfd's dentry is its own
 * parent. Not inline, because its variables would then take stack of the callers, which have none
 * to spare.
 */
__weak int et_is_memfd(__u64 at)
{
	const struct dentry *dentry = (void *)at;
	__u64 word = 0;

	if (et_read(dentry, d_parent) != dentry)
		return 0;
	bpf_probe_read_kernel(&word, 6, et_read(dentry, d_name.name));
	return word == ET_WORD('m', 'e', 'm', 'f', 'd', ':');
}

/*
 * Target of a symbolic link, as a string in kernel memory. NULL for other files, and for links
 * whose target the file system does not keep in memory.
 */
static __always_inline const char *et_link_of(const struct inode *inode)
{
	/*
	 * Read i_link only for a symbolic link. It is in a union whose other members are for
	 * devices and pipes.
	 */
	if (et_inode_type(inode) != S_IFLNK)
		return NULL;
	return (const char *)et_read_address(inode, i_link);
}

#endif /* ET_FILE_BPF_H */
