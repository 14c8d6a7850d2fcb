/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Data that all tracers of a host share. Value of the map `tracers`, an array with one element. If
 * the layout changes, ET_TRACERS_MARK must change too.
 */
#ifndef ET_TRACERS_SHAPE_H
#define ET_TRACERS_SHAPE_H

/*
 * Name of a BPF program that uses the map `tracers`. Other tracers find the map through the BPF
 * program with this name.
 */
#define ET_TRACERS_MARK "et_tracers1"

/* Largest number of tracers, and of outputs of each tracer: the events and the recording. */
#define ET_TRACERS        16
#define ET_TRACER_OUTPUTS 2

/*
 * The end of a pipe or socket from which a tracer's output is read. An inode's address can be
 * reused, so i_ino is compared too. Both members are 0 if the output is neither a pipe nor a
 * socket.
 */
struct et_tracer_output {
	__u64 inode;  /* address of the inode */
	__u64 number; /* i_ino of the inode */
};

struct et_tracer {
	/*
	 * process ID in the initial PID namespace; 0: the element is unused; ~0: a tracer is
	 * filling or freeing it. A process ID is written after the other members
	 */
	__u64 tgid;
	__u64 start_time_ns;
	struct et_tracer_output outputs[ET_TRACER_OUTPUTS];
};

struct et_tracers {
	__u32 used;  /* number of elements of `slots` that were ever used, from the first on */
	__u32 piped; /* 1: a tracer has or had an output that is a pipe or socket */
	struct et_tracer slots[ET_TRACERS];
};

#endif /* ET_TRACERS_SHAPE_H */
