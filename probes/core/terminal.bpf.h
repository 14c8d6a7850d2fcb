/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Identifies a terminal by its device number. For a pseudo-terminal (pty) the devpts file system
 * that contains it is needed too.
 */
#ifndef ET_TERMINAL_BPF_H
#define ET_TERMINAL_BPF_H

#include "probes/core/compat.bpf.h"

/* major device number of pty slaves: include/uapi/linux/major.h */
#define UNIX98_PTY_SLAVE_MAJOR 136
/* s_magic of a devpts file system: include/uapi/linux/magic.h */
#define DEVPTS_SUPER_MAGIC 0x1cd1

/*
 * The devpts file system that contains a pty's slave, as the device number (st_dev) of the files in
 * it; 0 for other terminals. Each devpts counts its ptys from 0, so the device number of the pty
 * alone does not identify the pty.
 *
 * For a slave, tty_struct::driver_data is its dentry: drivers/tty/pty.c, ptmx_open(). When the
 * master is closed, the kernel may free the dentry, but leaves the pointer. If the magic number is
 * not that of devpts, the memory has another use by now, and the result is 0.
 */
static __always_inline __u32 et_tty_devpts(const struct tty_struct *tty, __u32 major)
{
	const struct dentry *dentry;
	const struct super_block *sb;
	__u32 dev;

	if (major != UNIX98_PTY_SLAVE_MAJOR)
		return 0;
	dentry = (const struct dentry *)et_read(tty, driver_data);
	sb = et_read(dentry, d_sb);
	if (et_read(sb, s_magic) != DEVPTS_SUPER_MAGIC)
		return 0;
	/*
	 * Encode the device number as stat(2) does in st_dev: new_encode_dev(). The major number is
	 * 0, as for every file system without a device.
	 */
	dev = et_read(sb, s_dev);
	return (dev & 0xff) | (dev & ~0xffU) << 12;
}

#endif /* ET_TERMINAL_BPF_H */
