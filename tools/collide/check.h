/* SPDX-License-Identifier: BSD-2-Clause */
/* Is a record what was written, to the last byte, and in its place? */
#ifndef TOOLS_COLLIDE_CHECK_H
#define TOOLS_COLLIDE_CHECK_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/wire/shared.h"
#include "tools/collide/memory.h"

/* Lines that are kept of what is wrong; the rest is counted. */
#define CHECK_LINES 8

struct collide_counts {
	__u64 records;
	__u64 bytes;
	__u64 wrong_records; /* at least one of its bytes is wrong, or it cannot be read at all */
	__u64 wrong_bytes;   /* other than written, missing, or too many */
	__u64 malformed;     /* cannot be read at all */
	__u64 out_of_order;  /* numbered or timed before the one in front of it in its lane */
	__u64 missing;       /* numbers that a lane passed over */
	__u64 faults;        /* fields cut short since memory could not be read, and said so */
	__u64 by_lane[ET_LANES];
	__u64 by_source[COLLIDE_SOURCES];
	/* As programs count them, by event type. */
	__u64 received[ET_EVENT_TYPES];
	__u64 truncated[ET_EVENT_TYPES];
	__u64 type_bytes[ET_EVENT_TYPES];
};

struct collide_check {
	struct collide_memory *memory;
	unsigned int cpu; /* on which all records are made */
	bool learn;       /* take the cgroups' paths from the next record that has them */
	struct collide_counts counts;
	__u64 next_seq[ET_LANES][ET_RING_CLASSES];
	__u64 last_ts[ET_LANES][ET_RING_CLASSES];
	char lines[CHECK_LINES][200];
	unsigned int line_count;
};

/* Note a fault. */
__attribute__((format(printf, 2, 3))) void collide_check_say(struct collide_check *c,
							     const char *fmt, ...);

/* A callback of lib/ring: @ctx is a struct collide_check. Always returns 0. */
int collide_check_record(void *ctx, const void *data, size_t len, unsigned int ring_class);

#endif /* TOOLS_COLLIDE_CHECK_H */
