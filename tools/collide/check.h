/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks that every byte of a record is as written, and that records are in order. */
#ifndef TOOLS_COLLIDE_CHECK_H
#define TOOLS_COLLIDE_CHECK_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/wire/shared.h"
#include "tools/collide/memory.h"

/* Messages about errors that are kept; further ones are only counted. */
#define CHECK_LINES 8

struct collide_counts {
	__u64 records;
	__u64 bytes;
	__u64 wrong_records; /* at least one byte is wrong, or the record is malformed */
	__u64 wrong_bytes;   /* different, missing, or too many */
	__u64 malformed;     /* records that cannot be decoded */
	__u64 out_of_order;  /* number or time before the previous record's in its lane */
	__u64 missing;       /* numbers that a lane skipped */
	__u64 faults;        /* fields cut because memory could not be read, and flagged so */
	__u64 by_lane[ET_LANES];
	__u64 by_source[COLLIDE_SOURCES];
	/* As the programs count them, by event type. */
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

/* Keep a message about an error. */
__attribute__((format(printf, 2, 3))) void collide_check_say(struct collide_check *c,
							     const char *fmt, ...);

/* A callback of lib/ring: @ctx is a struct collide_check. Always returns 0. */
int collide_check_record(void *ctx, const void *data, size_t len, unsigned int ring_class);

#endif /* TOOLS_COLLIDE_CHECK_H */
