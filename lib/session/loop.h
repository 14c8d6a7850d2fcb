/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Does the output feed back? A process that reads it, directly or through other pipes, may do things
 * because of each line, and start others that do: each is an event, and so the next line. What they
 * merely write is left out by the programs: probes/core/feedback.bpf.h. This is about all else.
 *
 * A loop is suspected if for ET_LOOP_WINDOWS_HOT windows most events are of such processes and of
 * those that they have started. They may have other reasons: who starts a tracer and reads what it
 * prints may go on to start anything. So the caller writes nothing for a moment. If the events end
 * too, it was a loop. A caller that only does what the output tells it to, such as a test, looks the same.
 * So events are left out only if `limits` is set: then, until these processes are calm, at most
 * ET_LOOP_RATE of their events a second are let through, and all events of other processes.
 *
 * Asks no kernel, and has no clock but the times of events.
 */
#ifndef ET_LOOP_H
#define ET_LOOP_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/wire/schema.h"

#define ET_LOOP_WINDOW_NS   500000000ULL
#define ET_LOOP_EVENTS      50 /* of a window: fewer are no loop */
#define ET_LOOP_WINDOWS_HOT 3  /* until it is suspected */
#define ET_LOOP_SHARE       3  /* of 4 events that are of these processes */
#define ET_LOOP_CALM        20 /* windows of few events, until everything is let through again */
#define ET_LOOP_FEW         10 /* fewer than a loop has of what is let through */
#define ET_LOOP_REST        4  /* of the rate of events, that share is left at most if it was one */
#define ET_LOOP_RATE        50 /* events a second that are let through */

#define ET_LOOP_ROOTS 64

/* A process that reads the output, some hops away. */
struct et_loop_root {
	__u32 tgid;
	__u32 hop;
	__u64 start_time_ns;
	char comm[16];
	__u64 left_out; /* its events, and those of what it has started */
	__u64 events;   /* of this window */
	__u64 before;   /* of the last one */
	bool gone;      /* it reads no more; what was left out is still told */
};

struct et_loop_parent {
	__u32 tgid, ppid;
	__u64 start_time_ns;
};

struct et_loop {
	struct et_loop_root roots[ET_LOOP_ROOTS];
	size_t count;
	size_t reading;                 /* those that are not gone */
	struct et_loop_parent *parents; /* by the process's number; NULL while nobody reads */
	__u64 window_ns;                /* when it began */
	__u64 total, related;           /* events of it */
	unsigned int hot, calm;         /* windows in a row */
	__u64 rate;                     /* events a second in the last window that was hot */
	bool suspected, damped;
	bool limits; /* set by the caller: leave out events of a loop, not only report it */
	__u64 retry_ns, wait_ns; /* when it may be suspected again, if it was none */
	__u64 let_through;       /* since second_ns */
	__u64 second_ns;
};

/**
 * et_loop_readers() - the processes that read the output now
 * @l:		all zero, the first time
 * @now:	tgid, hop, start_time_ns and comm of each
 * @count:	how many
 *
 * Return: 0 or -ENOMEM; then no loop is noticed.
 */
int et_loop_readers(struct et_loop *l, const struct et_loop_root *now, size_t count);

/**
 * et_loop_event() - an event has been received
 * @l:		the loop; suspected is set if the caller is to find out whether it is one
 * @hdr:	of the event, with its fixed part; its time is the loop's
 *
 * Return: whether the event is to be left out.
 */
bool et_loop_event(struct et_loop *l, const struct et_header *hdr);

/* It is suspected, and nothing is written: do so many @events in @ns mean that there was a loop? */
bool et_loop_has_ended(const struct et_loop *l, __u64 events, __u64 ns);

/**
 * et_loop_judge() - it was suspected, and the output was held back
 * @l:		the loop, which is not suspected any more
 * @events:	how many there were while nothing was written
 * @ns:		how long that was; 0: it could not be found out
 * @now_ns:	CLOCK_MONOTONIC
 *
 * Return: the process that most events of the loop are due to; NULL: it is none.
 */
const struct et_loop_root *et_loop_judge(struct et_loop *l, __u64 events, __u64 ns, __u64 now_ns);

void et_loop_close(struct et_loop *l);

#endif /* ET_LOOP_H */
