/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/segments/count.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "lib/recording/reader.h"

static void count_lost(const struct et_recorded *rec, __u64 counts[ET_EVENT_TYPES],
		       __u64 lost_counts[ET_EVENT_TYPES])
{
	const struct et_lost *lost = rec->data;
	unsigned int type = 0;

	if (rec->len < offsetof(struct et_lost, cpu))
		return;
	if (rec->len >= sizeof(*lost) && lost->lost_type < ET_EVENT_TYPES)
		type = lost->lost_type;
	counts[type] += lost->count;
	lost_counts[type] += lost->count;
}

/*
 * Count a record. The processes at the beginning of a segment have `again` set, and are no events.
 * A record that no decoder accepts is an event whose type is not known.
 */
static void count_record(const struct et_recorded *rec, __u64 counts[ET_EVENT_TYPES],
			 __u64 lost[ET_EVENT_TYPES])
{
	const struct et_header *hdr = rec->data;
	const struct et_process_exists *exists = rec->data;

	if (rec->len >= sizeof(*hdr) && hdr->type == ET_LOST) {
		count_lost(rec, counts, lost);
	} else if (rec->len < sizeof(*hdr) || hdr->type >= ET_EVENT_TYPES) {
		counts[0]++;
	} else if (hdr->type != ET_PROCESS_EXISTS || rec->len < sizeof(*exists) || !exists->again) {
		counts[hdr->type]++;
	}
}

static void count_account(const struct et_recording_account *account, __u64 counts[ET_EVENT_TYPES],
			  __u64 lost[ET_EVENT_TYPES])
{
	memset(counts, 0, ET_EVENT_TYPES * sizeof(counts[0]));
	memset(lost, 0, ET_EVENT_TYPES * sizeof(lost[0]));
	for (size_t i = 0; i < account->count; i++) {
		const struct et_file_account *row = &account->rows[i];

		if (row->id >= ET_EVENT_TYPES)
			continue;
		counts[row->id] += row->attempted;
		lost[row->id] += row->lost;
	}
}

int et_segment_count(int fd, __u64 ret[ET_EVENT_TYPES], __u64 ret_lost[ET_EVENT_TYPES])
{
	struct et_recording_reader *reader = NULL;
	__u64 counts[ET_EVENT_TYPES] = { 0 }, lost[ET_EVENT_TYPES] = { 0 };
	struct et_recorded rec;
	int r = et_recording_reader_new(fd, &reader);

	if (r < 0)
		return r;
	do {
		while ((r = et_recording_reader_next(reader, &rec)) > 0)
			count_record(&rec, counts, lost);
		if (r == -EAGAIN)
			r = et_recording_reader_fill(reader);
	} while (r > 0 || r == -EINTR);
	if (et_recording_reader_account(reader))
		count_account(et_recording_reader_account(reader), counts, lost);
	/* A damaged segment is no failure: the events after the damage are not counted. */
	if (*et_recording_reader_why(reader))
		r = 0;
	et_recording_reader_free(reader);
	if (r == 0) {
		memcpy(ret, counts, sizeof(counts));
		memcpy(ret_lost, lost, sizeof(lost));
	}
	return r;
}
