/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds lost events. A lane (work area of a CPU) numbers its records for each ring from 0 on. A BPF
 * program takes the number before it knows whether the ring has room. So a number that is missing
 * in the ring belongs to a lost event.
 *
 *	r = et_seq_gaps__see(gaps, hdr, &gap);	for each record, in the order of its ring
 *	if (r > 0)
 *		report the gap, and then the record
 *
 * If no record follows a lost event, only the counters of the BPF programs show the loss.
 * et_seq_gaps__check() compares these with the received records from time to time;
 * et_seq_gaps__finish() does so when no more records can come. Each lost event is reported once.
 */
#ifndef ET_SEQ_GAPS_H
#define ET_SEQ_GAPS_H

#include <linux/types.h>

#include "lib/counters/bpf_counters.h"
#include "lib/wire/wire.h"

struct et_seq_gaps;

/* A gap: the number of lost events of one CPU, ring and cause. */
struct et_gap {
	__u64 count;
	__u32 cpu;
	int lane; /* the lane (work area) that numbered the events; -1: they have no number */
	enum et_lost_cause cause;
	enum et_ring_class ring; /* the ring that the events were meant for */
	__s64 uid;      /* ID of the user of all these events; -1: several users, or unknown */
	__u64 after_ns; /* the events happened between after_ns and before_ns, CLOCK_MONOTONIC */
	__u64 before_ns;
	unsigned int lost_type; /* type of all these events; 0: several types, or unknown */
	__u64 segment;          /* the dropped segment that had these events; 0: none */
};

typedef void (*et_gap_fn)(void *ctx, const struct et_gap *gap);

/**
 * et_seq_gaps__new() - make an object for which no record was received yet
 * @cpus:	number of possible CPUs
 * @now_ns:	CLOCK_MONOTONIC, nanoseconds: all events are after this time
 * @ret:	receives the object; the caller frees it with et_seq_gaps__free()
 *
 * The object allocates its memory here, and at the first check.
 *
 * Return: 0 or -ENOMEM.
 */
int et_seq_gaps__new(unsigned int cpus, __u64 now_ns, struct et_seq_gaps **ret);

/**
 * et_seq_gaps__see() - find the gap before a record
 * @gaps:	the object
 * @hdr:	the record's header
 * @ret:	receives the gap before this record; unchanged if there is no gap
 *
 * Return: 1 if there is a gap, 0 if not. -EBADMSG if the record's CPU, lane or ring does not exist,
 * or if its sequence number is too small.
 */
int et_seq_gaps__see(struct et_seq_gaps *gaps, const struct et_header *hdr, struct et_gap *ret);

/**
 * et_seq_gaps__reject() - count a malformed record as lost
 * @gaps:	the object
 * @hdr:	the record's header; only used if it has the next sequence number of its lane
 * @ret:	receives this record as a gap; unchanged if it has another number
 *
 * Return: 1 if @ret was filled, else 0. If it is 0, the lane's next record shows the gap.
 */
int et_seq_gaps__reject(struct et_seq_gaps *gaps, const struct et_header *hdr, struct et_gap *ret);

/**
 * et_seq_gaps__check() - compare the BPF programs' counters with the received records
 * @gaps:	the object
 * @accounts:	the counters of the BPF programs, just read
 * @empty:	true: the rings were just drained. false: records may still be in the rings; then
 *		losses with the cause RING_FULL are not reported yet
 * @now_ns:	CLOCK_MONOTONIC
 * @fn:		called for each loss that was not reported yet
 * @ctx:	argument for @fn
 */
void et_seq_gaps__check(struct et_seq_gaps *gaps, const struct et_bpf_counters *accounts,
			bool empty, __u64 now_ns, et_gap_fn fn, void *ctx);

/**
 * et_seq_gaps__finish() - find all lost events, when no more records can come
 * @gaps:	the object, after the last record
 * @accounts:	the counters of the BPF programs, read after all of them have ended
 * @now_ns:	CLOCK_MONOTONIC
 * @fn:		called for each loss that was not reported yet
 * @ctx:	argument for @fn
 */
void et_seq_gaps__finish(struct et_seq_gaps *gaps, const struct et_bpf_counters *accounts,
			 __u64 now_ns, et_gap_fn fn, void *ctx);

/* Total number of missing events that were reported. */
__u64 et_seq_gaps__total(const struct et_seq_gaps *gaps);

/* Free the object; NULL is allowed. */
void et_seq_gaps__free(struct et_seq_gaps *gaps);

#endif /* ET_SEQ_GAPS_H */
