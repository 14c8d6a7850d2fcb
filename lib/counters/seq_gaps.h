/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds missing events. A lane numbers its records for each ring from 0 on. It takes a number
 * before it knows whether there is room. So a number that never comes belongs to a lost event.
 *
 *	r = et_seq_gaps__see(gaps, hdr, &gap);	for each record, in the order of its ring
 *	if (r > 0)
 *		report the gap, and then the record
 *
 * If no record follows a loss, the programs' counters show it. et_seq_gaps__check() reads these
 * from time to time, and et_seq_gaps__finish() when no more records can come. Each lost event is
 * reported once, by any of these.
 */
#ifndef ET_SEQ_GAPS_H
#define ET_SEQ_GAPS_H

#include <linux/types.h>

#include "lib/counters/bpf_counters.h"
#include "lib/wire/wire.h"

struct et_seq_gaps;

/* A gap: missing events. */
struct et_gap {
	__u64 count;
	__u32 cpu;
	int lane; /* -1: they have no lane's number */
	enum et_lost_cause cause;
	enum et_ring_class ring; /* the ring for which they were made */
	__s64 uid;               /* the user of all of them; -1: several, or unknown */
	__u64 after_ns;          /* CLOCK_MONOTONIC: they happened between these times */
	__u64 before_ns;
};

typedef void (*et_gap_fn)(void *ctx, const struct et_gap *gap);

/**
 * et_seq_gaps__new() - an object that expects every lane's first record
 * @cpus:	number of possible CPUs
 * @now_ns:	CLOCK_MONOTONIC: no event has happened before
 * @ret:	receives the object; the caller frees it with et_seq_gaps__free()
 *
* Allocates all its memory here.
 *
 * Return: 0 or -ENOMEM.
 */
int et_seq_gaps__new(unsigned int cpus, __u64 now_ns, struct et_seq_gaps **ret);

/**
 * et_seq_gaps__see() - process a record
 * @gaps:	the object
 * @hdr:	the record's header, of a known lane and ring
 * @ret:	receives the gap before the record; left alone if there is none
 *
 * Return: 1 if there is a gap, 0 if not, -EBADMSG for an impossible record: its number has passed,
 * or its CPU does not exist.
 */
int et_seq_gaps__see(struct et_seq_gaps *gaps, const struct et_header *hdr, struct et_gap *ret);

/**
 * et_seq_gaps__reject() - process a record that cannot be decoded
 * @gaps:	the object
 * @hdr:	its header, which is trusted only as far as it has the next number of its lane
 * @ret:	receives that record as missing; left alone if it has another number
 *
 * Return: 1 if @ret was filled, else 0: then its number is missing when the next record comes.
 */
int et_seq_gaps__reject(struct et_seq_gaps *gaps, const struct et_header *hdr, struct et_gap *ret);

/**
 * et_seq_gaps__check() - compare kernel counters with the received records
 * @gaps:	the object
 * @accounts:	the counters, just read
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
 * @accounts:	the counters, read when no program ran any more
 * @now_ns:	CLOCK_MONOTONIC
 * @fn:		called for each loss that was not reported yet
 * @ctx:	handed to @fn
 */
void et_seq_gaps__finish(struct et_seq_gaps *gaps, const struct et_bpf_counters *accounts,
			 __u64 now_ns, et_gap_fn fn, void *ctx);

/* Number of missing events that were reported. */
__u64 et_seq_gaps__total(const struct et_seq_gaps *gaps);

/* Free; NULL is allowed. */
void et_seq_gaps__free(struct et_seq_gaps *gaps);

#endif /* ET_SEQ_GAPS_H */
