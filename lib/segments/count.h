/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts the events of a segment that is about to be removed. Internal to lib/segments. */
#ifndef ET_SEGMENTS_COUNT_H
#define ET_SEGMENTS_COUNT_H

#include <linux/types.h>

#include "lib/wire/schema.h"

/**
 * et_segment_count() - count the events of a segment, with those that it reports as lost
 * @fd:		the segment, at its beginning
 * @ret:	receives the number of events by type; element 0: events of unknown type
 * @ret_lost:	receives how many of these events the segment reports as lost
 *
 * Counts the attempted events of the account at the end. If the segment has no end, or is damaged,
 * counts its readable records, and the events that its LOST records report.
 *
 * Return: 0, or a negative errno if the file cannot be read.
 */
int et_segment_count(int fd, __u64 ret[ET_EVENT_TYPES], __u64 ret_lost[ET_EVENT_TYPES]);

#endif /* ET_SEGMENTS_COUNT_H */
