/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the counters of the BPF programs from their maps, and finds the memory of maps. */
#ifndef ET_BPF_COUNTERS_H
#define ET_BPF_COUNTERS_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/wire/shared.h"

struct et_bpf_counters;

/* Counts of events of one type, from all CPUs. */
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
	int lanes;    /* map `lanes`, of struct et_lane */
	int overflow; /* map `overflow`, of struct et_overflow */
	int losses;   /* map `losses`, of struct et_loss_counts */
	int counts;   /* map `counts`, of struct et_shard */
	int shares;   /* map `shares`, of struct et_shares; 0 or less: there is none */
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
 * While BPF programs run, an event may have its sequence number but be neither sent nor lost yet.
 *
 * Return: 0 or a negative errno.
 */
int et_bpf_counters__take(struct et_bpf_counters *a);

/* Number of possible CPUs. The per-CPU maps have a value for each of them. */
unsigned int et_bpf_counters__cpus(const struct et_bpf_counters *a);

/* The counters that et_bpf_counters__take() read, of one lane of a CPU, or of a CPU. */
const struct et_lane *et_bpf_counters__lane(const struct et_bpf_counters *a, unsigned int cpu,
					    unsigned int lane);
const struct et_overflow *et_bpf_counters__overflow(const struct et_bpf_counters *a,
						    unsigned int cpu);

/*
 * Lost events that have no sequence number, by type and cause, and how often each map had no room.
 */
const struct et_loss_counts *et_bpf_counters__losses(const struct et_bpf_counters *a);

/*
 * The users' shares of a ring; NULL: there are none. They are read after the other counters, so
 * each event that is counted as refused is in them.
 */
const struct et_shares *et_bpf_counters__shares(const struct et_bpf_counters *a,
						enum et_ring_class ring);

/**
 * et_bpf_counters__sum() - add up the counters of all CPUs and lanes
 * @a:		the object
 * @ret:	receives ET_EVENT_TYPES sums, by event type
 */
void et_bpf_counters__sum(const struct et_bpf_counters *a, struct et_counters *ret);

/*
 * True if no program was processing an event when the counters were read. Then no lane was held,
 * and each sequence number belongs to an event that was sent or lost.
 */
bool et_bpf_counters__settled(const struct et_bpf_counters *a);

/* Free the object; NULL is allowed. */
void et_bpf_counters__free(struct et_bpf_counters *a);

/**
 * et_bpf_counters__locked() - the kernel memory of a map
 * @map_fd:	descriptor of the map
 * @ret:	receives the memory in bytes
 *
 * The figure is the kernel's own, from /proc/self/fdinfo. It is exact since Linux 6.4. Before that
 * the kernel computes it from the sizes of keys and values, for each possible CPU. For ring buffers
 * the kernel's figure was 0 between 5.11 and 6.4; the result is then at least the ring's data and
 * three pages.
 *
 * Return: 0 or a negative errno.
 */
int et_bpf_counters__locked(int map_fd, __u64 *ret);

/* Number of possible CPUs, or a negative errno. */
int et_bpf_counters__possible_cpus(void);

#endif /* ET_BPF_COUNTERS_H */
