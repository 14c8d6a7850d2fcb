/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What programs have counted, and what memory they have: read from their maps.
 */
#ifndef ET_ACCOUNTS_H
#define ET_ACCOUNTS_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/wire/shared.h"

struct et_accounts;

/* Of one event type, what all programs have counted together. */
struct et_counters {
	__u64 attempted; /* sent and lost */
	__u64 sent;      /* the rest as in struct et_counts */
	__u64 lost;
	__u64 filtered;
	__u64 truncated;
	__u64 bytes;
};

/* The maps that programs count in, by descriptor. */
struct et_account_maps {
	int lanes;    /* struct et_lane */
	int overflow; /* struct et_overflow */
	int losses;   /* struct et_loss_counts */
	int counts;   /* struct et_shard */
};

/**
 * et_accounts__new() - room for what all CPUs have counted
 * @maps:	the maps; they stay the caller's, and open as long as the object
 * @ret:	receives the object, all zero; the caller frees it with et_accounts__free()
 *
 * Return: 0 or a negative errno.
 */
int et_accounts__new(const struct et_account_maps *maps, struct et_accounts **ret);

/**
 * et_accounts__take() - read what all CPUs have counted until now
 * @a:		the object; what it held is gone, also on failure
 *
 * While programs run, an event may have its number already and be neither sent nor lost yet.
 *
 * Return: 0 or a negative errno.
 */
int et_accounts__take(struct et_accounts *a);

/* CPUs that the kernel could have: all that maps have values for. */
unsigned int et_accounts__cpus(const struct et_accounts *a);

/* What was taken of one lane, or one CPU. */
const struct et_lane *et_accounts__lane(const struct et_accounts *a, unsigned int cpu,
					unsigned int lane);
const struct et_overflow *et_accounts__overflow(const struct et_accounts *a, unsigned int cpu);

/* What was taken of losses that have no number, by type and cause, and of tables without room. */
const struct et_loss_counts *et_accounts__losses(const struct et_accounts *a);

/**
 * et_accounts__sum() - what was taken, of all CPUs and lanes together
 * @a:		the object
 * @ret:	receives ET_EVENT_TYPES sums, by event type
 */
void et_accounts__sum(const struct et_accounts *a, struct et_counters *ret);

/*
 * Whether no program was in the middle of an event when this was taken: no lane is held, and each
 * number that one gave is that of an event which was sent or lost.
 */
bool et_accounts__settled(const struct et_accounts *a);

/* Free; NULL is allowed. */
void et_accounts__free(struct et_accounts *a);

/**
 * et_accounts__locked() - the kernel memory of a map
 * @map_fd:	the map
 * @ret:	receives bytes
 *
 * The kernel's own figure, from /proc/self/fdinfo: exact since Linux 6.4, before that computed by
 * the kernel from the sizes of keys and values, for every possible CPU. Of ring buffers it was 0
 * between 5.11 and 6.4: for those it is at least the data, and the three pages around them.
 *
 * Return: 0 or a negative errno.
 */
int et_accounts__locked(int map_fd, __u64 *ret);

/* CPUs that the kernel could have, which per-CPU maps have values for. A negative errno, if. */
int et_accounts__possible_cpus(void);

#endif /* ET_ACCOUNTS_H */
