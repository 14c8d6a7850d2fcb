/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/recorded.h"

#include <stddef.h>

void ship_recorded_add(struct ship_recorded *recorded, const void *record, size_t len)
{
	const struct et_lost *lost = record;
	unsigned int cause = ET_LOST_CAUSE_UNKNOWN;

	if (len < sizeof(lost->hdr) || lost->hdr.type != ET_LOST ||
	    len < offsetof(struct et_lost, cpu))
		return;
	/* The first generation of the schema had no cause. */
	if (len > offsetof(struct et_lost, cause) && lost->cause < SHIP_LOST_CAUSES_MAX)
		cause = lost->cause;
	recorded->lost_by[cause] += lost->count;
}

void ship_recorded_add_account(struct ship_recorded *recorded,
			       const struct et_recording_account *account)
{
	for (size_t i = 0; account && i < account->count; i++) {
		const struct et_file_account *row = &account->rows[i];
		struct et_file_account *sum;

		if (row->id >= ET_EVENT_TYPES)
			continue;
		sum = &recorded->by_type[row->id];
		sum->attempted += row->attempted;
		sum->sent += row->sent;
		sum->lost += row->lost;
		sum->filtered += row->filtered;
		sum->truncated += row->truncated;
		sum->bytes += row->bytes;
	}
}
