/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Data that the tracers of a host share. Value of the map `tracers`, an array of one entry. A
 * different layout needs a different ET_TRACERS_MARK.
 */
#ifndef ET_TRACERS_SHAPE_H
#define ET_TRACERS_SHAPE_H

/*
 * Name of a BPF program that refers to the map `tracers`. Other tracers find the map by this
 * program.
 */
#define ET_TRACERS_MARK "et_tracers1"

/* Most tracers, and outputs of each tracer: the events and the recording. */
#define ET_TRACERS        16
#define ET_TRACER_OUTPUTS 2

/*
 * The pipe or socket end from which a tracer's output is read. An inode's address can be reused, so
 * i_ino is compared too. Both are 0 if the output is neither a pipe nor a socket.
 */
struct et_tracer_output {
	__u64 inode;  /* address of the inode of this pipe or socket end */
	__u64 number; /* i_ino of this inode */
};

struct et_tracer {
	__u64 tgid; /* process ID in the initial PID namespace; 0: the slot is free. Written last */
	__u64 start_time_ns;
	struct et_tracer_output outputs[ET_TRACER_OUTPUTS];
};

struct et_tracers {
	__u32 used;  /* number of slots, from the first on, that have ever been used */
	__u32 piped; /* 1: some tracer has or had an output that is a pipe or a socket */
	struct et_tracer slots[ET_TRACERS];
};

#endif /* ET_TRACERS_SHAPE_H */
