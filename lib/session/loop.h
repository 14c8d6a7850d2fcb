/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Detects whether the output feeds back. A process that reads it, directly or through other pipes,
 * may act on each line, and start other processes that do. Each action is an event, and so the next
 * line. The programs leave out their writes: probes/core/feedback.bpf.h. This file is about all
 * other events.
 *
 * A loop is suspected if for ET_LOOP_WINDOWS_HOT windows most events are of such processes and of
 * their descendants. They may have other reasons: a shell may start a tracer, read its output and
 * start any other program. So the caller writes nothing for a moment. If the events do not stop,
 * it is no loop.
 *
 * If they stop, the reader may still act only on events of other processes: it runs several
 * programs for each of these, and no event of its own programs causes another one. Or its work has
 * ended by chance. So the caller then makes trials. In each, it writes only events of readers, and
 * waits. Events of readers that follow are caused by these lines. It is a loop if
 * ET_LOOP_TRIALS_HIT trials of ET_LOOP_TRIALS have more of them than the quiet time before. If the
 * reader is far behind, there are no trials, and it is taken for a loop: et_loop_assume().
 *
 * Events are left out only if `limits` is set. Then at most ET_LOOP_RATE events a second of these
 * processes are recorded, until they are calm. Events of other processes are never limited.
 *
 * Makes no query to the kernel. Its only clock is the time of the events.
 */
#ifndef ET_LOOP_H
#define ET_LOOP_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/wire/schema.h"

#define ET_LOOP_WINDOW_NS   500000000ULL
#define ET_LOOP_EVENTS      50 /* in a window: fewer are no loop */
#define ET_LOOP_WINDOWS_HOT 3  /* until a loop is suspected */
#define ET_LOOP_SHARE       3  /* of 4 events, that many of these processes */
#define ET_LOOP_CALM        20 /* windows with few events, until there is no limit again */
#define ET_LOOP_FEW         10 /* fewer than a limited loop would have */
#define ET_LOOP_REST        4  /* at most this share of the event rate remains after a loop */
#define ET_LOOP_RATE        50 /* recorded events a second */

#define ET_LOOP_TRIALS        3
#define ET_LOOP_TRIALS_HIT    2
#define ET_LOOP_TRIAL_RECORDS 64 /* at most, in one trial */

#define ET_LOOP_ROOTS 64

/* A process that reads the output, with its distance in hops. */
struct et_loop_root {
	__u32 tgid;
	__u32 hop;
	__u64 start_time_ns;
	char comm[16];
	__u64 left_out; /* its events, and those of its descendants */
	__u64 events;   /* in this window */
	bool gone;      /* it reads no more; its count of left-out events stays */
};

struct et_loop_parent {
	__u32 tgid, ppid;
	__u64 start_time_ns;
};

/* A trial. All times are CLOCK_MONOTONIC. */
struct et_loop_trial {
	__u64 quiet_ns; /* nothing was written from then on */
	__u64 begin_ns; /* then events of readers were written */
	__u64 end_ns;
	__u64 before; /* events of readers before begin_ns; counted here, like the next */
	__u64 caused; /* and after it */
};

struct et_loop {
	struct et_loop_root roots[ET_LOOP_ROOTS];
	size_t count;
	size_t reading;                 /* number of roots that still read */
	struct et_loop_parent *parents; /* by process ID; NULL without readers */
	__u64 window_ns;                /* when the window began */
	__u64 total, related;           /* events in the window */
	unsigned int hot, calm;         /* consecutive windows */
	__u64 rate;                     /* events a second in the last hot window */
	bool suspected;                 /* the caller holds back the output, and makes trials */
	bool tried;                     /* the events up to the last trial's end are awaited */
	bool decidable;                 /* all of them have come: et_loop_judge() */
	bool assumed;                   /* no trials are needed */
	bool damped;
	struct et_loop_trial trials[ET_LOOP_TRIALS];
	size_t trial_count;
	const struct et_loop_root *suspect; /* in `roots`: the busiest when it was suspected */
	bool limits; /* set by the caller: leave out events of a loop, not only report it */
	__u64 retry_ns, wait_ns; /* earliest time to suspect again, after a wrong suspicion */
	__u64 let_through;       /* since second_ns */
	__u64 second_ns;
};

/**
 * et_loop_readers() - set the processes that read the output now
 * @l:		all zero, the first time
 * @now:	tgid, hop, start_time_ns and comm of each
 * @count:	their number
 *
 * Return: 0 or -ENOMEM; then no loop is detected.
 */
int et_loop_readers(struct et_loop *l, const struct et_loop_root *now, size_t count);

/**
 * et_loop_event() - process a received event
 * @l:		the loop; sets `suspected` if the caller must check whether it is one
 * @hdr:	of the event, with its fixed part; its time is the loop's
 *
 * Return: true if the event must be left out.
 */
bool et_loop_event(struct et_loop *l, const struct et_header *hdr);

/*
 * True if the event is of a reader or its descendant. Counts nothing: et_loop_event() follows when
 * the record is received.
 */
bool et_loop_is_related(struct et_loop *l, const struct et_header *hdr);

/*
 * During a suspicion, while nothing is written: true if @events in @ns mean that the events stop
 * with the output.
 */
bool et_loop_has_ended(const struct et_loop *l, __u64 events, __u64 ns);

/* End a suspicion: it is no loop. The next suspicion comes later each time. */
void et_loop_acquit(struct et_loop *l, __u64 now_ns);

/* Instead of trials: it is a loop, because the reader cannot read as fast as events come. */
void et_loop_assume(struct et_loop *l);

/* Add a trial, whose events have not been received yet. */
void et_loop_add_trial(struct et_loop *l, __u64 quiet_ns, __u64 begin_ns, __u64 end_ns);

/* End the trials. Without et_loop_assume() or all ET_LOOP_TRIALS, it is no loop. */
void et_loop_end_trials(struct et_loop *l, __u64 now_ns);

/**
 * et_loop_judge() - decide on a suspicion
 * @l:		the loop, which is decidable
 * @now_ns:	CLOCK_MONOTONIC
 *
 * Return: the process that most events of the loop are due to; NULL: it is no loop.
 */
const struct et_loop_root *et_loop_judge(struct et_loop *l, __u64 now_ns);

void et_loop_close(struct et_loop *l);

#endif /* ET_LOOP_H */
