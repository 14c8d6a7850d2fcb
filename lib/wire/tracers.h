/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Data that the tracers of a host share: map `tracers`, an array of one entry. A different layout
 * needs a different ET_TRACERS_MARK.
 */
#ifndef ET_TRACERS_SHAPE_H
#define ET_TRACERS_SHAPE_H

/* Name of the program that refers to the map. Other tracers find the map by this name. */
#define ET_TRACERS_MARK "et_tracers1"

/* Maximum number of tracers, and of outputs of each: events and recording. */
#define ET_TRACERS        16
#define ET_TRACER_OUTPUTS 2

/*
 * The pipe or socket end that the output's reader has open. An inode's address can be reused, so
 * its number is compared too. Both are 0 if the output is neither a pipe nor a socket.
 */
struct et_tracer_output {
	__u64 inode;  /* address of the inode */
	__u64 number; /* i_ino */
};

struct et_tracer {
	__u64 tgid; /* in the initial PID namespace; 0: free slot. Written last */
	__u64 start_time_ns;
	struct et_tracer_output outputs[ET_TRACER_OUTPUTS];
};

struct et_tracers {
	__u32 used;  /* slots that have ever been used, counted from the first */
	__u32 piped; /* 1: a tracer has, or had, an output that is a pipe or a socket */
	struct et_tracer slots[ET_TRACERS];
};

#endif /* ET_TRACERS_SHAPE_H */
