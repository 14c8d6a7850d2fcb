/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the program of probes/self finds out about the tracer itself. The kernel's numbers: those
 * of the initial PID namespace, and device numbers as the kernel holds them.
 */
#ifndef ET_SELF_SHAPE_H
#define ET_SELF_SHAPE_H

/* Descriptors that are looked at, processes above, and processes that are asked for by number. */
#define ET_SELF_FDS       4
#define ET_SELF_ANCESTORS 16
#define ET_SELF_WANTED    64

/* What a descriptor is open on. */
struct et_self_file {
	__u64 inode;       /* address of the inode; 0: it is not open */
	__u64 peer;        /* of a Unix socket: address of the inode at the other end; 0: none */
	__u64 number;      /* i_ino of the inode */
	__u64 peer_number; /* and of the peer's */
	__u32 mode;        /* i_mode */
	__u32 fmode;       /* f_mode */
	__u64 tty;         /* ET_TERMINAL(); 0: it is none */
};

struct et_self_look {
	/* Written by user space. */
	__s32 fds[ET_SELF_FDS]; /* -1: none */
	__u32 ttys;             /* mask of those that are terminals */
	__u32 wanted_count;
	__u32 wanted[ET_SELF_WANTED]; /* processes by their numbers in the tracer's PID namespace */
	/* Found. */
	__u32 found[ET_SELF_WANTED]; /* their numbers in the initial one; 0: there is none */
	__u32 tgid;
	__u32 pgid;
	__u32 level; /* of the tracer's PID namespace; 0 is the initial one */
	__u32 ancestor_count;
	__u32 ancestors[ET_SELF_ANCESTORS]; /* the parent first, without the initial init */
	__u64 start_time_ns;
	__u64 ctty; /* ET_TERMINAL() */
	struct et_self_file files[ET_SELF_FDS];
};

#endif /* ET_SELF_SHAPE_H */
