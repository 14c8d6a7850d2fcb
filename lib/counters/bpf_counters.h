/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the counters of BPF programs from their maps. */
#ifndef ET_BPF_COUNTERS_H
#define ET_BPF_COUNTERS_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/wire/shared.h"

struct et_bpf_counters;

/* Counts of events of one type, summed over all CPUs. */
struct et_counters {
	__u64 attempted; /* events that were sent or lost: sent + lost */
	__u64 sent;      /* this and the next members: see struct et_counts */
	__u64 lost;
	__u64 filtered;
	__u64 truncated;
	__u64 bytes;
};

/* Descriptors of the maps that have the BPF programs' counters. */
struct et_bpf_counter_maps {
	int lanes;    /* descriptor of `lanes`, a map of struct et_lane */
	int overflow; /* descriptor of `overflow`, a map of struct et_overflow */
	int losses;   /* descriptor of `losses`, a map of struct et_loss_counts */
	int counts;   /* descriptor of `counts`, a map of struct et_shard */
	int shares;   /* descriptor of `shares`, a map of struct et_shares; 0 or less: not in use */
};

/**
 * et_bpf_counters__new() - allocate room for the counters of all CPUs
 * @maps:	the maps; the caller owns them, and keeps them open as long as the object exists
 * @ret:	receives the object, with all counters 0; the caller frees it with
 *		et_bpf_counters__free()
 *
 * Return: 0 or a negative errno.
 */
int et_bpf_counters__new(const struct et_bpf_counter_maps *maps, struct et_bpf_counters **ret);

/**
 * et_bpf_counters__take() - read the current counters of all CPUs
 * @a:		the object; its old counters are overwritten, also on failure
 *
 * While BPF programs run, an event may already have its sequence number, but not be counted as sent
 * or lost yet.
 *
 * Return: 0 or a negative errno.
 */
int et_bpf_counters__take(struct et_bpf_counters *a);

/* Number of possible CPUs: a per-CPU map has a value for each of them. */
unsigned int et_bpf_counters__cpus(const struct et_bpf_counters *a);

/* Counters of one lane (work area) of a CPU, as et_bpf_counters__take() has read them. */
const struct et_lane *et_bpf_counters__lane(const struct et_bpf_counters *a, unsigned int cpu,
					    unsigned int lane);

/* A CPU's counts of lost events without a sequence number, as et_bpf_counters__take() read them. */
const struct et_overflow *et_bpf_counters__overflow(const struct et_bpf_counters *a,
						    unsigned int cpu);

/*
 * Counters that et_bpf_counters__take() has read: lost events without a sequence number, by type
 * and cause; and how often each map had no room.
 */
const struct et_loss_counts *et_bpf_counters__losses(const struct et_bpf_counters *a);

/*
 * Counters that et_bpf_counters__take() has read: the bytes and refused events of each user in a
 * ring. NULL if users are not limited.
 *
 * A BPF program counts a refused event first for its user, and then as lost.
 * et_bpf_counters__take() reads the two counters in the reverse order. So if it has read that an
 * event was lost, it has also read the event's user.
 */
const struct et_shares *et_bpf_counters__shares(const struct et_bpf_counters *a,
						enum et_ring_class ring, unsigned int shard);

/*
 * Largest number of rings of a class. Each ring has its own shares. If a class has fewer rings, the
 * shares of the missing rings are 0.
 */
unsigned int et_bpf_counters__shards(const struct et_bpf_counters *a);

/**
 * et_bpf_counters__sum() - add up the counters of all CPUs, by event type
 * @a:		the object
 * @ret:	receives ET_EVENT_TYPES sums, by event type
 */
void et_bpf_counters__sum(const struct et_bpf_counters *a, struct et_counters *ret);

/*
 * True if no BPF program was processing an event when the counters were read. Then no lane (work
 * area) was in use, and each sequence number belongs to an event that was counted as sent or lost.
 */
bool et_bpf_counters__settled(const struct et_bpf_counters *a);

/* Free the object; NULL is allowed. */
void et_bpf_counters__free(struct et_bpf_counters *a);

/* Number of possible CPUs, or a negative errno. */
int et_bpf_counters__possible_cpus(void);

#endif /* ET_BPF_COUNTERS_H */
