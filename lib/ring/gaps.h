/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is missing. A lane numbers its records for each ring from 0 on, and takes a number before
 * it knows whether there is room: a number that never comes is an event that was lost.
 *
 *	r = et_gaps__see(gaps, hdr, &gap);	for each record, in the order of its ring
 *	if (r > 0)
 *		tell of gap, and then of the record
 *
 * Losses behind which no record comes are found by what programs have counted: et_gaps__check()
 * asks for these now and then, et_gaps__finish() when no more records can come. Each lost event is
 * told of once, whichever way it was found.
 */
#ifndef ET_GAPS_H
#define ET_GAPS_H

#include <linux/types.h>

#include "lib/ring/accounts.h"
#include "lib/wire/wire.h"

struct et_gaps;

/* Events that are missing. */
struct et_gap {
	__u64 count;
	__u32 cpu;
	int lane; /* -1: they got no number of one */
	enum et_lost_cause cause;
	enum et_ring_class ring; /* where they would have been */
	__u64 after_ns;          /* CLOCK_MONOTONIC: they happened between these two */
	__u64 before_ns;
};

typedef void (*et_gap_fn)(void *ctx, const struct et_gap *gap);

/**
 * et_gaps__new() - an object that expects every lane's first record
 * @cpus:	CPUs that there can be
 * @now_ns:	CLOCK_MONOTONIC: nothing has happened before
 * @ret:	receives the object; the caller frees it with et_gaps__free()
 *
 * All the memory that it ever has is allocated here.
 *
 * Return: 0 or -ENOMEM.
 */
int et_gaps__new(unsigned int cpus, __u64 now_ns, struct et_gaps **ret);

/**
 * et_gaps__see() - a record has come
 * @gaps:	the object
 * @hdr:	the record's header, of a known lane and ring
 * @ret:	receives what is missing in front of it; left alone if nothing is
 *
 * Return: 1 if something is missing, 0 if not, -EBADMSG if the record cannot be: it has a number
 * that has passed, or is of a CPU that does not exist.
 */
int et_gaps__see(struct et_gaps *gaps, const struct et_header *hdr, struct et_gap *ret);

/**
 * et_gaps__reject() - a record has come that cannot be decoded
 * @gaps:	the object
 * @hdr:	its header, of which nothing is believed but that it may have the next number of its
 *		lane
 * @ret:	receives that record as missing; left alone if it has not that number
 *
 * Return: 1 if @ret was filled, else 0: then its number is missing when the next record comes.
 */
int et_gaps__reject(struct et_gaps *gaps, const struct et_header *hdr, struct et_gap *ret);

/**
 * et_gaps__check() - look for losses behind which no record has come
 * @gaps:	the object
 * @accounts:	as just taken
 * @empty:	whether the rings were empty just before; only then is it told of what was lost to
 *		full rings, which otherwise lies behind records that have not been seen
 * @now_ns:	CLOCK_MONOTONIC
 * @fn:		called for each loss that has not been told of
 * @ctx:	handed to @fn
 */
void et_gaps__check(struct et_gaps *gaps, const struct et_accounts *accounts, bool empty,
		    __u64 now_ns, et_gap_fn fn, void *ctx);

/**
 * et_gaps__finish() - look for everything that has not come
 * @gaps:	the object, after the last record
 * @accounts:	as taken when no program ran any more
 * @now_ns:	CLOCK_MONOTONIC
 * @fn:		called for each loss that has not been told of
 * @ctx:	handed to @fn
 */
void et_gaps__finish(struct et_gaps *gaps, const struct et_accounts *accounts, __u64 now_ns,
		     et_gap_fn fn, void *ctx);

/* How many missing events have been told of. */
__u64 et_gaps__total(const struct et_gaps *gaps);

/* Free; NULL is allowed. */
void et_gaps__free(struct et_gaps *gaps);

#endif /* ET_GAPS_H */
