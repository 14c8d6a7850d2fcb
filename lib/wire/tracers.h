/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the tracers of a host tell each other: map `tracers`, an array of one entry that all of them
 * share. Another layout takes another ET_TRACERS_MARK.
 */
#ifndef ET_TRACERS_SHAPE_H
#define ET_TRACERS_SHAPE_H

/* Name of the program that refers to the map, by which another tracer finds it. */
#define ET_TRACERS_MARK "et_tracers1"

/* Tracers that can know each other, and outputs of each: events and recording. */
#define ET_TRACERS        16
#define ET_TRACER_OUTPUTS 2

/*
 * What the reader of a pipe or a socket has open. The address of an inode can be used again, so its
 * number counts too. All 0: the output is neither pipe nor socket.
 */
struct et_tracer_output {
	__u64 inode;  /* its address */
	__u64 number; /* i_ino */
};

struct et_tracer {
	__u64 tgid; /* in the initial PID namespace; 0: nobody's. Written last. */
	__u64 start_time_ns;
	struct et_tracer_output outputs[ET_TRACER_OUTPUTS];
};

struct et_tracers {
	__u32 used;  /* slots that have ever been in use: the first ones */
	__u32 piped; /* 1: a tracer has, or had, an output that is a pipe or a socket */
	struct et_tracer slots[ET_TRACERS];
};

#endif /* ET_TRACERS_SHAPE_H */
