/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What programs have counted, and what memory they have: read from their maps.
 */
#ifndef ET_ACCOUNTS_H
#define ET_ACCOUNTS_H

#include <linux/types.h>
#include <stddef.h>

#include "lib/wire/shared.h"

/**
 * et_accounts__read() - sum what all CPUs have counted
 * @lanes_fd:	map of struct et_lane
 * @overflow_fd: map of struct et_overflow
 * @ret:	receives ET_EVENT_TYPES sums, by event type
 *
 * While programs run, one event may be attempted already and not yet sent or lost.
 *
 * Return: 0 or a negative errno.
 */
int et_accounts__read(int lanes_fd, int overflow_fd, struct et_counters *ret);

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
