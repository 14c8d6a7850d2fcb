/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Facts about the tracer itself that the BPF program of probes/self finds. All process IDs except
 * `wanted` are IDs of the initial PID namespace. Device numbers are in the kernel's encoding.
 */
#ifndef ET_SELF_SHAPE_H
#define ET_SELF_SHAPE_H

/*
 * Largest numbers of the tracer's descriptors, of its ancestors, and of process IDs to translate.
 */
#define ET_SELF_FDS       4
#define ET_SELF_ANCESTORS 16
#define ET_SELF_WANTED    64

/* The open file of a descriptor of the tracer. */
struct et_own_file {
	__u64 inode;       /* address of the inode; 0: the descriptor is not open */
	__u64 peer;        /* for a Unix socket, address of the inode at the other end; 0: none */
	__u64 number;      /* i_ino of `inode` */
	__u64 peer_number; /* i_ino of `peer` */
	__u32 mode;        /* i_mode of the inode: file type and permissions */
	__u32 fmode;       /* f_mode of the open file: FMODE_READ and so on */
	__u64 tty;         /* the terminal as ET_TERMINAL(); 0: not a terminal */
};

struct et_own_task {
	/* Input: user space sets these members before it runs the BPF program. */
	__s32 fds[ET_SELF_FDS]; /* descriptors of the tracer to examine; -1: none */
	__u32 ttys;             /* mask of the indexes in `fds` that are terminals */
	__u32 wanted_count;
	__u32 wanted[ET_SELF_WANTED]; /* process IDs to translate, of the tracer's PID namespace */
	/* Output: the BPF program sets these members. */
	/* the IDs of `wanted`, in the initial PID namespace; 0: no such process */
	__u32 found[ET_SELF_WANTED];
	__u32 tgid;
	__u32 pgid;
	__u32 level; /* nesting level of the tracer's PID namespace; 0: the initial namespace */
	__u32 ancestor_count;
	/* process IDs of the tracer's ancestors, its parent first, without init */
	__u32 ancestors[ET_SELF_ANCESTORS];
	__u64 start_time_ns;
	__u64 ctty; /* the controlling terminal as ET_TERMINAL(); 0: none */
	struct et_own_file files[ET_SELF_FDS];
};

#endif /* ET_SELF_SHAPE_H */
