/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/pipeline/lost.h"

#include "lib/enrich/process_table.h"
#include "lib/pipeline/file_limit.h"
#include "lib/pipeline/lines.h"
#include "lib/pipeline/recorder.h"

struct et_lost et_lost_of_gap(const struct et_gap *gap)
{
	return (struct et_lost){
		.hdr = { .ts = gap->before_ns,
			 .size = sizeof(struct et_lost),
			 .type = ET_LOST,
			 .version = ET_WIRE_VERSION,
			 .format = ET_FORMAT_VARLEN,
			 .cpu = (__u16)gap->cpu,
			 .ring = (__u8)gap->ring,
			 .fixed = sizeof(struct et_lost) },
		.count = gap->count,
		.cpu = gap->cpu,
		.lane = gap->lane,
		.ring = (__u8)gap->ring,
		.cause = (__u8)gap->cause,
		.uid = gap->uid,
		.after_ts_ns = gap->after_ns,
		.before_ts_ns = gap->before_ns,
		.lost_type = (__u16)gap->lost_type,
		.segment = gap->segment,
	};
}

void et_pipeline_learn_lost(struct et_pipeline *p, enum et_ring_class ring)
{
	if (p->processes && ring == ET_RING_LIFECYCLE)
		et_process_table_lost(p->processes);
}

void et_lost_learn(struct et_pipeline *p, const struct et_lost *lost)
{
	if (!lost->segment)
		et_pipeline_learn_lost(p, lost->ring);
}

int et_pipeline_report_not_recorded(struct et_pipeline *p)
{
	struct et_gap gap;
	int r = 0;

	while (r == 0 && !p->silent && et_not_recorded_next(&p->not_recorded, &gap)) {
		const struct et_lost lost = et_lost_of_gap(&gap);
		struct et_event event = { .hdr = &lost.hdr };

		r = et_file_limit_recording(p, ET_LOST_ROOM);
		if (r == 0)
			r = et_recorder_make_room(p);
		if (r < 0 || p->no_room)
			break;
		et_enrich(p->clock, &event);
		p->seq++;
		r = et_recorder_add_event(p, &event);
		et_not_recorded_report(&p->not_recorded, &gap);
		et_lost_learn(p, &lost);
	}
	return r;
}
