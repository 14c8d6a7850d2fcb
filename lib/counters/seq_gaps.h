/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds missing events. A lane numbers its records for each ring from 0 on. A program takes the
 * number before it knows whether the ring has room. So a number that never comes belongs to a lost
 * event.
 *
 *	r = et_seq_gaps__see(gaps, hdr, &gap);	for each record, in the order of its ring
 *	if (r > 0)
 *		report the gap, and then the record
 *
 * If no record follows a lost event, the programs' counters show the loss. et_seq_gaps__check()
 * compares them from time to time, and et_seq_gaps__finish() when no more records can come. Each
 * lost event is reported once.
 */
#ifndef ET_SEQ_GAPS_H
#define ET_SEQ_GAPS_H

#include <linux/types.h>

#include "lib/counters/bpf_counters.h"
#include "lib/wire/wire.h"

struct et_seq_gaps;

/* A gap: lost events of one CPU, ring and cause. */
struct et_gap {
	__u64 count;
	__u32 cpu;
	int lane; /* the lane that numbered the events; -1: they have no sequence number */
	enum et_lost_cause cause;
	enum et_ring_class ring; /* the ring that the events were meant for */
	__s64 uid;      /* the user ID of all these events; -1: several users, or unknown */
	__u64 after_ns; /* the events happened between after_ns and before_ns, CLOCK_MONOTONIC */
	__u64 before_ns;
};

typedef void (*et_gap_fn)(void *ctx, const struct et_gap *gap);

/**
 * et_seq_gaps__new() - make an object that expects the first record of every lane
 * @cpus:	number of possible CPUs
 * @now_ns:	CLOCK_MONOTONIC, nanoseconds: no event has happened before this time
 * @ret:	receives the object; the caller frees it with et_seq_gaps__free()
 *
 * The object allocates all its memory here.
 *
 * Return: 0 or -ENOMEM.
 */
int et_seq_gaps__new(unsigned int cpus, __u64 now_ns, struct et_seq_gaps **ret);

/**
 * et_seq_gaps__see() - process a record
 * @gaps:	the object
 * @hdr:	the record's header, of a known lane and ring
 * @ret:	receives the gap before the record; unchanged if there is no gap
 *
 * Return: 1 if there is a gap, 0 if not, -EBADMSG for an impossible record. That is one whose
 * sequence number has already passed, or whose CPU does not exist.
 */
int et_seq_gaps__see(struct et_seq_gaps *gaps, const struct et_header *hdr, struct et_gap *ret);

/**
 * et_seq_gaps__reject() - process a record that cannot be decoded
 * @gaps:	the object
 * @hdr:	the record's header; only used if it has the next sequence number of its lane
 * @ret:	receives a gap of this record; unchanged if it has another number
 *
 * Return: 1 if @ret was filled, else 0: then the next record of the lane shows the gap.
 */
int et_seq_gaps__reject(struct et_seq_gaps *gaps, const struct et_header *hdr, struct et_gap *ret);

/**
 * et_seq_gaps__check() - compare kernel counters with the received records
 * @gaps:	the object
 * @accounts:	the programs' counters, just read
 * @empty:	the rings were just drained. Only then are losses to full rings reported: otherwise
 *		records before them may still be in the ring
 * @now_ns:	CLOCK_MONOTONIC
 * @fn:		called for each loss that was not reported yet
 * @ctx:	handed to @fn
 */
void et_seq_gaps__check(struct et_seq_gaps *gaps, const struct et_bpf_counters *accounts,
			bool empty, __u64 now_ns, et_gap_fn fn, void *ctx);

/**
 * et_seq_gaps__finish() - find all events that have not come
 * @gaps:	the object, after the last record
 * @accounts:	the programs' counters, read when no program ran any more
 * @now_ns:	CLOCK_MONOTONIC
 * @fn:		called for each loss that was not reported yet
 * @ctx:	handed to @fn
 */
void et_seq_gaps__finish(struct et_seq_gaps *gaps, const struct et_bpf_counters *accounts,
			 __u64 now_ns, et_gap_fn fn, void *ctx);

/* Total number of missing events that were reported. */
__u64 et_seq_gaps__total(const struct et_seq_gaps *gaps);

/* Free the object; NULL is allowed. */
void et_seq_gaps__free(struct et_seq_gaps *gaps);

#endif /* ET_SEQ_GAPS_H */
