/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Facts about the tracer itself that the program of probes/self finds. Numbers are the kernel's:
 * PIDs of the initial PID namespace, and device numbers in the kernel's encoding.
 */
#ifndef ET_SELF_SHAPE_H
#define ET_SELF_SHAPE_H

/* Maximum numbers of descriptors, of processes above the tracer, and of processes asked for. */
#define ET_SELF_FDS       4
#define ET_SELF_ANCESTORS 16
#define ET_SELF_WANTED    64

/* The file that a descriptor is open on. */
struct et_own_file {
	__u64 inode;       /* address of the inode; 0: the descriptor is not open */
	__u64 peer;        /* of a Unix socket: address of the inode at the other end; 0: none */
	__u64 number;      /* i_ino of the inode */
	__u64 peer_number; /* i_ino of the peer */
	__u32 mode;        /* i_mode */
	__u32 fmode;       /* f_mode */
	__u64 tty;         /* ET_TERMINAL(); 0: not a terminal */
};

struct et_own_task {
	/* Input: user space writes it. */
	__s32 fds[ET_SELF_FDS]; /* -1: none */
	__u32 ttys;             /* mask of the descriptors that are terminals */
	__u32 wanted_count;
	__u32 wanted[ET_SELF_WANTED]; /* processes by their numbers in the tracer's PID namespace */
	/* Output: the program writes it. */
	__u32 found[ET_SELF_WANTED]; /* numbers in the initial PID namespace; 0: no such process */
	__u32 tgid;
	__u32 pgid;
	__u32 level; /* of the tracer's PID namespace; 0 is the initial one */
	__u32 ancestor_count;
	__u32 ancestors[ET_SELF_ANCESTORS]; /* the parent first, without the initial init */
	__u64 start_time_ns;
	__u64 ctty; /* ET_TERMINAL() */
	struct et_own_file files[ET_SELF_FDS];
};

#endif /* ET_SELF_SHAPE_H */
