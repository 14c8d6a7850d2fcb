/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/pipeline/not_recorded.h"

static const enum et_lost_cause causes[ET_NOT_RECORDED_WHYS] = {
	[ET_NOT_RECORDED_QUEUE] = ET_LOST_CAUSE_QUEUE_FULL,
	[ET_NOT_RECORDED_DISK] = ET_LOST_CAUSE_DISK_FULL,
	[ET_NOT_RECORDED_SEGMENT] = ET_LOST_CAUSE_SPOOL_FULL,
};

/* The ring that carries the events of each type. */
static const enum et_ring_class rings[ET_EVENT_TYPES] = {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) [id] = ET_RING_##RING,
#include "lib/wire/schema.def"
};

enum et_lost_cause et_not_recorded_cause(enum et_not_recorded_why why)
{
	return causes[why];
}

void et_not_recorded_add(struct et_not_recorded *u, enum et_not_recorded_why why, unsigned int type,
			 __u64 ts)
{
	u->unreported[why][type]++;
	u->counted[why][type]++;
	u->left_out[type]++;
	if (!u->first_ns[why] || ts < u->first_ns[why])
		u->first_ns[why] = ts;
	if (ts > u->last_ns[why])
		u->last_ns[why] = ts;
}

void et_not_recorded_add_segment(struct et_not_recorded *u, __u64 segment,
				 const __u64 counts[ET_EVENT_TYPES],
				 const __u64 lost[ET_EVENT_TYPES], __u64 now_ns)
{
	u->segment = segment;
	/* The segment's events happened at unknown times before now. */
	u->first_ns[ET_NOT_RECORDED_SEGMENT] = 0;
	u->last_ns[ET_NOT_RECORDED_SEGMENT] = now_ns;
	for (unsigned int type = 0; type < ET_EVENT_TYPES; type++) {
		u->unreported[ET_NOT_RECORDED_SEGMENT][type] = counts[type];
		/* The numbers are from a file that other users of the folder can write. */
		if (counts[type] > lost[type])
			u->counted[ET_NOT_RECORDED_SEGMENT][type] += counts[type] - lost[type];
	}
}

bool et_not_recorded_has_segment(const struct et_not_recorded *u)
{
	for (unsigned int type = 0; type < ET_EVENT_TYPES; type++)
		if (u->unreported[ET_NOT_RECORDED_SEGMENT][type])
			return true;
	return false;
}

bool et_not_recorded_next(const struct et_not_recorded *u, struct et_gap *ret)
{
	for (unsigned int why = 0; why < ET_NOT_RECORDED_WHYS; why++)
		for (unsigned int type = 0; type < ET_EVENT_TYPES; type++) {
			if (!u->unreported[why][type])
				continue;
			*ret = (struct et_gap){
				.count = u->unreported[why][type],
				.lane = -1,
				.cause = causes[why],
				.ring = rings[type],
				.uid = -1,
				.after_ns = u->first_ns[why],
				.before_ns = u->last_ns[why],
				.lost_type = type,
				.segment = why == ET_NOT_RECORDED_SEGMENT ? u->segment : 0,
			};
			return true;
		}
	return false;
}

void et_not_recorded_report(struct et_not_recorded *u, const struct et_gap *gap)
{
	unsigned int why = 0;
	bool any = false;

	while (why < ET_NOT_RECORDED_WHYS - 1 && causes[why] != gap->cause)
		why++;
	u->unreported[why][gap->lost_type] -= gap->count;
	u->reported[gap->lost_type] += gap->count;
	for (unsigned int type = 0; type < ET_EVENT_TYPES; type++)
		any |= u->unreported[why][type] != 0;
	if (!any)
		u->first_ns[why] = u->last_ns[why] = 0;
}

__u64 et_not_recorded_total(const struct et_not_recorded *u)
{
	__u64 total = 0;

	for (unsigned int why = 0; why < ET_NOT_RECORDED_WHYS; why++)
		for (unsigned int type = 0; type < ET_EVENT_TYPES; type++)
			total += u->counted[why][type];
	return total;
}
