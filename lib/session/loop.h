/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Detects a loop of events: a process reads the output, directly or through other pipes, and its
 * work for each line causes the next event. Writes of these readers are not recorded at all:
 * probes/core/feedback.bpf.h. This file is about their other events, and those of processes that
 * they start.
 *
 * A loop is suspected if for ET_LOOP_WINDOWS_HOT windows most events are of readers and their
 * descendants. These events may have other reasons: a shell may start a tracer, read its output and
 * start any other program. So the caller writes nothing for a moment. If the events do not stop,
 * there is no loop.
 *
 * If the events stop, there may still be no loop. The reader may run programs only for events of
 * other processes, or its work may have ended by chance. So the caller then makes trials. In each
 * trial, the caller writes only events of readers, and counts the new events of readers. A trial is
 * a hit if these are more than twice as many as in an equally long quiet time before. There is a
 * loop if ET_LOOP_TRIALS_HIT of ET_LOOP_TRIALS trials are hits. If the reader is far behind, the
 * caller makes no trials and assumes a loop: et_loop_assume().
 *
 * Events are left out only if `limits` is set. Then at most ET_LOOP_RATE events a second of readers
 * and their descendants are recorded, until readers cause few events. Events of other processes are
 * never limited.
 *
 * The detector does not query the kernel. Its clock is the time of the received events,
 * CLOCK_MONOTONIC.
 */
#ifndef ET_LOOP_H
#define ET_LOOP_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/wire/schema.h"

/*
 * Events are counted in windows of ET_LOOP_WINDOW_NS. A window is hot if readers and their
 * descendants have at least ET_LOOP_EVENTS events in it. These events must also be at least
 * ET_LOOP_SHARE / 4 of all events.
 */
#define ET_LOOP_WINDOW_NS   500000000ULL
#define ET_LOOP_EVENTS      50
#define ET_LOOP_WINDOWS_HOT 3 /* consecutive hot windows until a loop is suspected */
#define ET_LOOP_SHARE       3
#define ET_LOOP_CALM        20 /* consecutive windows with few events until a loop has ended */
#define ET_LOOP_FEW         10 /* fewer events than this in a window count as few */
#define ET_LOOP_REST        4  /* without output, a loop's event rate falls to 1/4 or less */
#define ET_LOOP_RATE        50 /* with `limits`: events of a loop to record in a second */

#define ET_LOOP_TRIALS        3
#define ET_LOOP_TRIALS_HIT    2
#define ET_LOOP_TRIAL_RECORDS 64 /* largest number of records of readers that one trial writes */

/* Largest number of processes that read the output. */
#define ET_LOOP_ROOTS 64

/* A process that reads the output: a reader. */
struct et_loop_root {
	__u32 tgid;
	/* number of pipes between the output and this process; 0: reads the output itself */
	__u32 hop;
	__u64 start_time_ns;
	char comm[16];
	__u64 left_out; /* events of the process and its descendants that were not recorded */
	__u64 events;   /* events of the process and its descendants in the current window */
	/* true if the process no longer reads the output; the entry then only keeps left_out */
	bool gone;
};

/* A process and the parent that it had first. */
struct et_loop_parent {
	__u32 tgid, ppid;
	__u64 start_time_ns;
};

/*
 * One trial: the caller writes only events of readers and their descendants. Times are
 * CLOCK_MONOTONIC.
 */
struct et_loop_trial {
	__u64 quiet_ns; /* nothing was written from this time to begin_ns */
	__u64 begin_ns; /* when the caller wrote events of readers */
	__u64 end_ns;
	__u64 before; /* events of readers from quiet_ns to begin_ns; counted by et_loop_event() */
	__u64 caused; /* events of readers from begin_ns to end_ns; counted by et_loop_event() */
};

struct et_loop {
	struct et_loop_root roots[ET_LOOP_ROOTS];
	size_t count; /* number of used entries in `roots` */
	/* number of entries in `roots` whose process still reads the output */
	size_t reading;
	/* parents of processes, a hash table by process ID; NULL if nothing reads the output */
	struct et_loop_parent *parents;
	__u64 window_ns; /* when the current window of ET_LOOP_WINDOW_NS began */
	/*
	 * events in the current window. total: all; related: those of readers and their descendants
	 */
	__u64 total, related;
	unsigned int hot, calm; /* consecutive windows with many, or with few, events of readers */
	__u64 rate;             /* events a second in the last window with many events of readers */
	bool suspected;         /* the caller must check for a loop */
	/* the caller has made trials; some of their events may not be received yet */
	bool tried;
	bool decidable; /* all events of the trials are received: call et_loop_judge() */
	bool assumed;   /* et_loop_assume() was called: no trials are needed */
	bool damped;    /* true from the decision that there is a loop until the loop ends */
	struct et_loop_trial trials[ET_LOOP_TRIALS];
	size_t trial_count;
	/* The reader with the most events when the detector suspected a loop. */
	const struct et_loop_root *suspect;
	bool limits; /* set by the caller: leave out events of a loop, and not only warn */
	/*
	 * After a wrong suspicion, no loop is suspected before the time retry_ns. wait_ns is the
	 * length of this wait.
	 */
	__u64 retry_ns, wait_ns;
	/* number of events of readers recorded since second_ns, while a loop is limited */
	__u64 let_through;
	__u64 second_ns; /* when the current second began, for the limit of events a second */
};

/**
 * et_loop_readers() - set the processes that read the output now
 * @l:		the detector; all zero before the first call
 * @now:	tgid, hop, start_time_ns and comm of each process
 * @count:	number of processes
 *
 * Return: 0, or -ENOMEM: no loop can be detected.
 */
int et_loop_readers(struct et_loop *l, const struct et_loop_root *now, size_t count);

/**
 * et_loop_event() - process a received event
 * @l:		the detector; sets l->suspected if the caller must check for a loop
 * @hdr:	the event's record, with its whole fixed-size part
 *
 * Return: true if the event must not be written.
 */
bool et_loop_event(struct et_loop *l, const struct et_header *hdr);

/* True if most events of the current window are of readers and their descendants. */
bool et_loop_is_likely(const struct et_loop *l);

/*
 * True if a reader or a descendant of a reader caused the event. Does not count the event, because
 * the caller also passes it to et_loop_event().
 */
bool et_loop_is_related(struct et_loop *l, const struct et_header *hdr);

/*
 * Called while a loop is suspected and nothing is written. @events events have come in @ns
 * nanoseconds. True if these are few: then the earlier events were perhaps caused by lines that the
 * session wrote.
 */
bool et_loop_has_ended(const struct et_loop *l, __u64 events, __u64 ns);

/*
 * End the suspicion: there is no loop. Each call doubles the time before the next suspicion, up to
 * a minute.
 */
void et_loop_acquit(struct et_loop *l, __u64 now_ns);

/* Skip the trials and assume a loop, because the reader reads more slowly than events come. */
void et_loop_assume(struct et_loop *l);

/*
 * Add a trial that the caller has made. et_loop_event() counts the trial's events when they are
 * received.
 */
void et_loop_add_trial(struct et_loop *l, __u64 quiet_ns, __u64 begin_ns, __u64 end_ns);

/*
 * End the trials. If fewer than ET_LOOP_TRIALS were made, and et_loop_assume() was not called,
 * there is no loop.
 */
void et_loop_end_trials(struct et_loop *l, __u64 now_ns);

/**
 * et_loop_judge() - decide whether there is a loop
 * @l:		the detector, with l->decidable set
 * @now_ns:	CLOCK_MONOTONIC
 *
 * Return: the reader that, with its descendants, causes most events of the loop; NULL: no loop.
 */
const struct et_loop_root *et_loop_judge(struct et_loop *l, __u64 now_ns);

/* Free the members of @l. */
void et_loop_close(struct et_loop *l);

#endif /* ET_LOOP_H */
