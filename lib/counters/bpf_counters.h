/* SPDX-License-Identifier: BSD-2-Clause */
/* The programs' counters, and the memory of maps: read from the maps. */
#ifndef ET_BPF_COUNTERS_H
#define ET_BPF_COUNTERS_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/wire/shared.h"

struct et_bpf_counters;

/* Counts of one event type, by all programs together. */
struct et_counters {
	__u64 attempted; /* sent and lost */
	__u64 sent;      /* the others as in struct et_counts */
	__u64 lost;
	__u64 filtered;
	__u64 truncated;
	__u64 bytes;
};

/* The maps that contain the programs' counters, by descriptor. */
struct et_bpf_counter_maps {
	int lanes;    /* struct et_lane */
	int overflow; /* struct et_overflow */
	int losses;   /* struct et_loss_counts */
	int counts;   /* struct et_shard */
	int shares;   /* struct et_shares; 0 or less: none */
};

/**
 * et_bpf_counters__new() - allocate room for the counters of all CPUs
 * @maps:	the maps; they stay the caller's, and open as long as the object
 * @ret:	receives the object, all zero; the caller frees it with et_bpf_counters__free()
 *
 * Return: 0 or a negative errno.
 */
int et_bpf_counters__new(const struct et_bpf_counter_maps *maps, struct et_bpf_counters **ret);

/**
 * et_bpf_counters__take() - read the current counters of all CPUs
 * @a:		the object; its old counters are overwritten, also on failure
 *
* While programs run, an event may have its number but be neither sent nor lost yet.
 *
 * Return: 0 or a negative errno.
 */
int et_bpf_counters__take(struct et_bpf_counters *a);

/* Number of possible CPUs: the maps have values for all of them. */
unsigned int et_bpf_counters__cpus(const struct et_bpf_counters *a);

/* The counters that were read, of one lane or one CPU. */
const struct et_lane *et_bpf_counters__lane(const struct et_bpf_counters *a, unsigned int cpu,
					    unsigned int lane);
const struct et_overflow *et_bpf_counters__overflow(const struct et_bpf_counters *a,
						    unsigned int cpu);

/* The counters of losses without a number, by type and cause, and of tables without room. */
const struct et_loss_counts *et_bpf_counters__losses(const struct et_bpf_counters *a);

/*
 * The users' shares of a ring; NULL: there are none. They were read last: each event that is
 * counted as refused is in them.
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
 * True if no program was processing an event when the counters were read. Then no lane is held, and
 * each number belongs to an event that was sent or lost.
 */
bool et_bpf_counters__settled(const struct et_bpf_counters *a);

/* Free; NULL is allowed. */
void et_bpf_counters__free(struct et_bpf_counters *a);

/**
 * et_bpf_counters__locked() - the kernel memory of a map
 * @map_fd:	the map
 * @ret:	receives bytes
 *
 * The kernel's own figure, from /proc/self/fdinfo. It is exact since Linux 6.4. Before that the
 * kernel computes it from the sizes of keys and values, for each possible CPU. For ring buffers it
 * was 0 between 5.11 and 6.4; the result is then at least the data and three pages more.
 *
 * Return: 0 or a negative errno.
 */
int et_bpf_counters__locked(int map_fd, __u64 *ret);

/* Number of possible CPUs, or a negative errno. */
int et_bpf_counters__possible_cpus(void);

#endif /* ET_BPF_COUNTERS_H */
