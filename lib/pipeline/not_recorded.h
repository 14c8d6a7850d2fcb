/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counts the events that passed the pipeline but are not in its recording. Either the recording had
 * no room for them, or their segment was dropped. LOST records in the recording report them.
 */
#ifndef ET_PIPELINE_NOT_RECORDED_H
#define ET_PIPELINE_NOT_RECORDED_H

#include <linux/types.h>
#include <stdbool.h>

#include "lib/counters/seq_gaps.h"
#include "lib/wire/schema.h"

/* Why a record was not recorded. */
enum et_not_recorded_why {
	ET_NOT_RECORDED_QUEUE,   /* ET_LOST_CAUSE_QUEUE_FULL */
	ET_NOT_RECORDED_DISK,    /* ET_LOST_CAUSE_DISK_FULL */
	ET_NOT_RECORDED_SEGMENT, /* ET_LOST_CAUSE_SPOOL_FULL */
	ET_NOT_RECORDED_WHYS,
};

struct et_not_recorded {
	/* Events that no LOST record has reported yet, by type; type 0: their type is not known. */
	__u64 unreported[ET_NOT_RECORDED_WHYS][ET_EVENT_TYPES];
	__u64 segment; /* the dropped segment of unreported[ET_NOT_RECORDED_SEGMENT] */
	/*
	 * The unreported events of each cause happened between these two times (CLOCK_MONOTONIC,
	 * ns). 0: there are no such events.
	 */
	__u64 first_ns[ET_NOT_RECORDED_WHYS], last_ns[ET_NOT_RECORDED_WHYS];
	/*
	 * All events that are in no recording: they were left out, or their segment was dropped. It
	 * does not matter whether a LOST record has reported them.
	 */
	__u64 counted[ET_NOT_RECORDED_WHYS][ET_EVENT_TYPES];
	__u64 left_out[ET_EVENT_TYPES]; /* all events that were not recorded */
	__u64 reported[ET_EVENT_TYPES]; /* all events that LOST records have reported */
};

/* Count one event of type @type that is not recorded. @ts: its time. */
void et_not_recorded_add(struct et_not_recorded *u, enum et_not_recorded_why why, unsigned int type,
			 __u64 ts);

/*
 * Count the events of a dropped segment, by type. @counts includes the losses that the segment's
 * own LOST records reported; @lost has these losses alone. These losses are reported again, because
 * their LOST records are gone, but `counted` already has them. The caller calls this only while
 * et_not_recorded_has_segment() is false, because `segment` has room for one segment.
 * @now_ns: CLOCK_MONOTONIC.
 */
void et_not_recorded_add_segment(struct et_not_recorded *u, __u64 segment,
				 const __u64 counts[ET_EVENT_TYPES],
				 const __u64 lost[ET_EVENT_TYPES], __u64 now_ns);

/* True while LOST records must still report a dropped segment. */
bool et_not_recorded_has_segment(const struct et_not_recorded *u);

/* Get the next loss that a LOST record must report. Return: false if there is none. */
bool et_not_recorded_next(const struct et_not_recorded *u, struct et_gap *ret);

/* Call this after the LOST record of @gap, from et_not_recorded_next(), was recorded. */
void et_not_recorded_report(struct et_not_recorded *u, const struct et_gap *gap);

/* The cause that LOST records report for @why. */
enum et_lost_cause et_not_recorded_cause(enum et_not_recorded_why why);

/* Number of all events that are in no recording: the sum of `counted`. */
__u64 et_not_recorded_total(const struct et_not_recorded *u);

#endif /* ET_PIPELINE_NOT_RECORDED_H */
