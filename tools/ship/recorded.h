/* SPDX-License-Identifier: BSD-2-Clause */
/* Adds up the tracer's own counts: the accounts of segments, and LOST records. */
#ifndef TOOLS_SHIP_RECORDED_H
#define TOOLS_SHIP_RECORDED_H

#include <stddef.h>
#include <stdint.h>

#include "lib/recording/reader.h"
#include "lib/wire/schema.h"

/* More than there are values of enum et_lost_cause. */
#define SHIP_LOST_CAUSES_MAX 32

struct ship_recorded {
	/* Sums of the segments that were read to their end, by event type; `id` is not set. */
	struct et_file_account by_type[ET_EVENT_TYPES];
	/* events that LOST records report, by enum et_lost_cause */
	uint64_t lost_by[SHIP_LOST_CAUSES_MAX];
};

/* Count a record. Only LOST records matter. It may contain anything. */
void ship_recorded_add(struct ship_recorded *recorded, const void *record, size_t len);

/* Add the account at a segment's end. NULL: the segment has none. */
void ship_recorded_add_account(struct ship_recorded *recorded,
			       const struct et_recording_account *account);

#endif /* TOOLS_SHIP_RECORDED_H */
