/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How long the session sleeps when the rings are empty: until the next record, or for a fixed time,
 * a nap. No record wakes the session during a nap, so the session reads many records at once.
 * docs/design.md ("Waking") has the costs.
 *
 * The functions make no system call: the caller passes what it has measured.
 */
#ifndef ET_SESSION_NAP_H
#define ET_SESSION_NAP_H

#include <linux/types.h>
#include <stdbool.h>

/* Largest and default latency budget in milliseconds. */
#define ET_LATENCY_MAX_MS     500
#define ET_LATENCY_DEFAULT_MS 20
#define ET_LATENCY_UNBUFFERED 1 /* the default with et_options.unbuffered */

/*
 * During a nap, events fill at most this part of a ring, in thousandths, if they come as fast as
 * before.
 */
#define ET_NAP_FILL 125

/*
 * Longest nap in ns while most events are of processes that read the output. A loop of events (see
 * lib/session/loop.h) would otherwise be too slow to be detected.
 */
#define ET_NAP_FEEDBACK_NS 1000000

/* Times and amounts that the session has measured. Times are CLOCK_MONOTONIC, in nanoseconds. */
struct et_nap_seen {
	__u64 now_ns;      /* the present time: the rings are empty */
	__u64 before_last; /* time of the event before the last one; 0: none */
	__u64 began_ns;    /* when the session began its last reading of the rings */
	__u64 since_ns;    /* when the rings were empty the last time; 0: never */
	__u64 fill;        /* part of a ring that was read since since_ns, in thousandths */
	bool any;          /* true if events came since since_ns */
	bool feedback;     /* most events are of processes that read the output */
};

/**
 * et_nap_budget() - the latency budget of a session
 * @latency_ms:	et_options.latency_ms
 * @unbuffered:	et_options.unbuffered
 *
 * Return: the longest time between an event and its line, in ns.
 */
__u64 et_nap_budget(unsigned int latency_ms, bool unbuffered);

/**
 * et_nap_cap() - the longest nap that rings of this size allow
 * @budget_ns:	the latency budget
 * @ring_size:	size of the smallest ring, in bytes
 *
 * A burst that begins during a nap can fill a small ring before the session is awake.
 *
 * Return: the longest nap in ns.
 */
__u64 et_nap_cap(__u64 budget_ns, __u64 ring_size);

/**
 * et_nap_length() - decide how to sleep
 * @budget_ns:	the latency budget; 0: no naps
 * @cap_ns:	the longest nap
 * @seen:	the session's measurements
 *
 * Return: the length of the nap in ns; 0: sleep until the next record.
 */
__u64 et_nap_length(__u64 budget_ns, __u64 cap_ns, const struct et_nap_seen *seen);

/**
 * et_nap_fixed() - how to sleep with ET_WAKEUP_NAP
 * @cap_ns:	the longest nap
 * @seen:	the session's measurements
 *
 * Return: the length of the nap in ns; 0: no event came during the last nap, so sleep until the
 * next record.
 */
__u64 et_nap_fixed(__u64 cap_ns, const struct et_nap_seen *seen);

#endif /* ET_SESSION_NAP_H */
