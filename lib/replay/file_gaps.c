/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/replay/file_gaps.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/wire/schema.h"
#include "lib/wire/shared.h"

/* The state of one lane and one ring, after the records that were read so far. */
struct lane {
	__u64 next; /* the expected sequence number of the lane's next record */
	/* lost events that LOST records have reported, but whose gap in the numbers comes later */
	__u64 reported;
	__u64 last_ns; /* time of the lane's last record, in CLOCK_MONOTONIC nanoseconds */
	/* number of the recording that contains the lane's last record, from 1; 0: no record yet */
	__u32 file;
	__u32 pad;
};

struct cpu {
	struct lane lanes[ET_LANES][ET_RING_CLASSES];
};

struct et_file_gaps {
	__u32 file; /* number of the present recording, from 1 */
	__u64 total;
	__u64 segment; /* number of the first segment that was read; 0: none */
	struct cpu *cpus;
	size_t cpu_count;
};

int et_file_gaps__new(struct et_file_gaps **ret)
{
	struct et_file_gaps *gaps = calloc(1, sizeof(*gaps));

	if (!gaps)
		return -ENOMEM;
	gaps->file = 1;
	*ret = gaps;
	return 0;
}

void et_file_gaps__segment(struct et_file_gaps *gaps, __u64 number)
{
	if (!gaps->segment)
		gaps->segment = number;
}

void et_file_gaps__next_file(struct et_file_gaps *gaps)
{
	gaps->file++;
}

/*
 * The state of a lane. NULL if there is no such lane, or not enough memory: then gaps in this
 * lane's numbers are not found.
 */
static struct lane *lane_of(struct et_file_gaps *gaps, __u32 cpu, __u32 lane, __u8 ring)
{
	if (cpu > UINT16_MAX || lane >= ET_LANES || ring >= ET_RING_CLASSES)
		return NULL;
	if (cpu >= gaps->cpu_count) {
		size_t count = cpu + 1;
		struct cpu *cpus = realloc(gaps->cpus, count * sizeof(*cpus));

		if (!cpus)
			return NULL;
		memset(cpus + gaps->cpu_count, 0, (count - gaps->cpu_count) * sizeof(*cpus));
		gaps->cpus = cpus;
		gaps->cpu_count = count;
	}
	return &gaps->cpus[cpu].lanes[lane][ring];
}

static void see_lost(struct et_file_gaps *gaps, const struct et_lost *lost)
{
	struct lane *lane =
		lost->lane < 0 ? NULL : lane_of(gaps, lost->cpu, (__u32)lost->lane, lost->ring);

	if (lane)
		lane->reported += lost->count;
}

/*
 * If a LOST record reports the events of a dropped segment, subtract these events from `total`.
 * They were counted there already, because the dropped segment left a gap between two recordings.
 * Segments before the first recording left no gap.
 */
static void see_dropped(struct et_file_gaps *gaps, const struct et_lost *lost)
{
	if (!gaps->segment || lost->segment <= gaps->segment)
		return;
	gaps->total -= lost->count < gaps->total ? lost->count : gaps->total;
}

int et_file_gaps__see(struct et_file_gaps *gaps, const void *rec, size_t len, struct et_gap *ret)
{
	const struct et_header *hdr = rec;
	__u64 missing;
	struct lane *lane;
	bool first;

	if (len < sizeof(*hdr) || hdr->size != len || hdr->version != ET_WIRE_VERSION)
		return 0;
	if (hdr->type == ET_LOST) {
		if (len >= offsetof(struct et_lost, after_ts_ns))
			see_lost(gaps, rec);
		if (len >= sizeof(struct et_lost))
			see_dropped(gaps, rec);
		return 0;
	}
	/* User space makes PROCESS_EXISTS records, so they have no sequence number of a lane. */
	if (hdr->type == ET_PROCESS_EXISTS)
		return 0;
	lane = hdr->type < ET_EVENT_TYPES ? lane_of(gaps, hdr->cpu, hdr->lane, hdr->ring) : NULL;
	if (!lane)
		return 0;
	if (hdr->seq < lane->next) {
		memset(gaps->cpus, 0, gaps->cpu_count * sizeof(*gaps->cpus));
		lane->next = hdr->seq;
	}
	missing = hdr->seq - lane->next;
	first = lane->file && lane->file != gaps->file;
	if (first)
		*ret = (struct et_gap){
			.cpu = hdr->cpu,
			.lane = hdr->lane,
			.cause = ET_LOST_CAUSE_UNKNOWN,
			.ring = hdr->ring,
			.uid = -1,
			.after_ns = lane->last_ns,
			.before_ns = hdr->ts,
		};
	lane->next = hdr->seq + 1;
	lane->last_ns = hdr->ts;
	lane->file = gaps->file;
	if (missing <= lane->reported) {
		lane->reported -= missing;
		return 0;
	}
	missing -= lane->reported;
	lane->reported = 0;
	if (!first)
		return 0;
	ret->count = missing;
	gaps->total += missing;
	return 1;
}

__u64 et_file_gaps__total(const struct et_file_gaps *gaps)
{
	return gaps->total;
}

void et_file_gaps__free(struct et_file_gaps *gaps)
{
	if (!gaps)
		return;
	free(gaps->cpus);
	free(gaps);
}
