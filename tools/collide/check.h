/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks each byte of each record, and the order of the records. */
#ifndef TOOLS_COLLIDE_CHECK_H
#define TOOLS_COLLIDE_CHECK_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/wire/shared.h"
#include "tools/collide/memory.h"

/* Number of messages about errors that are kept. Further errors are only counted. */
#define CHECK_LINES 8

struct collide_counts {
	__u64 records;
	__u64 bytes;
	__u64 wrong_records; /* records that have a wrong byte or are malformed */
	__u64 wrong_bytes;   /* bytes that differ, are missing, or are too many */
	__u64 malformed;     /* records that cannot be decoded */
	/* records whose number or time is lower than that of the record before in the lane */
	__u64 out_of_order;
	__u64 missing; /* sequence numbers that a lane skipped */
	__u64 faults;  /* fields that are cut and flagged, because memory could not be read */
	__u64 by_lane[ET_LANES];
	__u64 by_source[COLLIDE_SOURCES];
	/* Counted by event type, as the programs count. */
	__u64 received[ET_EVENT_TYPES];
	__u64 truncated[ET_EVENT_TYPES];
	__u64 type_bytes[ET_EVENT_TYPES];
};

struct collide_check {
	struct collide_memory *memory;
	unsigned int cpu; /* the CPU on which all records are made */
	bool learn;       /* take the cgroups' paths from the next record that has them */
	struct collide_counts counts;
	__u64 next_seq[ET_LANES][ET_RING_CLASSES];
	__u64 last_ts[ET_LANES][ET_RING_CLASSES];
	char lines[CHECK_LINES][200];
	unsigned int line_count;
};

/* Keep a message about an error, unless CHECK_LINES messages are kept. */
__attribute__((format(printf, 2, 3))) void collide_check_say(struct collide_check *c,
							     const char *fmt, ...);

/* A callback of lib/ring: @ctx is a struct collide_check. Always returns 0. */
int collide_check_record(void *ctx, const void *data, size_t len, unsigned int ring_class);

#endif /* TOOLS_COLLIDE_CHECK_H */
