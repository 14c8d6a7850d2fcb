/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/session/parts.h"

/* Losses that no LOST record has reported yet, of all types together. */
static __u64 unreported(const struct et_event_stats *stats, size_t count,
			const struct et_session_stats *session)
{
	__u64 lost = session->malformed;

	for (size_t i = 0; i < count; i++)
		lost += stats[i].lost;
	return lost > session->lost_told ? lost - session->lost_told : 0;
}

/*
 * Subtract from @row as many of @later losses as possible. These losses belong to the next
 * recording, because no LOST record has reported them yet. It does not matter from which row they
 * are subtracted, because their LOST records will name no event type. Losses that an earlier
 * recording has counted stay in @row. Return: how many losses the caller must subtract from other
 * rows.
 */
static __u64 leave(const struct et_parts *parts, struct et_file_account *row, __u64 later)
{
	__u64 since = row->lost - parts->rows[row->id].lost;

	if (since > later)
		since = later;
	row->lost -= since;
	row->attempted = row->sent + row->lost;
	return later - since;
}

static struct et_file_account since(const struct et_file_account *now,
				    const struct et_file_account *before)
{
	return (struct et_file_account){
		.id = now->id,
		.attempted = now->attempted - before->attempted,
		.sent = now->sent - before->sent,
		.lost = now->lost - before->lost,
		.filtered = now->filtered - before->filtered,
		.truncated = now->truncated - before->truncated,
		.bytes = now->bytes - before->bytes,
	};
}

void et_parts_account(struct et_parts *parts, const struct et_event_stats *stats, size_t count,
		      const struct et_session_stats *session, bool last,
		      struct et_file_account *rows, struct et_recording_totals *ret)
{
	__u64 later = last ? 0 : unreported(stats, count, session);
	__u64 missing = last ? session->missing : session->malformed;

	for (size_t i = 0; i < count; i++) {
		struct et_file_account row = {
			.id = stats[i].id,
			.attempted = stats[i].attempted,
			.sent = last ? stats[i].sent : stats[i].received,
			.lost = stats[i].lost,
			.filtered = stats[i].filtered,
			.truncated = stats[i].truncated,
			.bytes = stats[i].bytes,
		};

		if (!last)
			later = leave(parts, &row, later);
		rows[i] = since(&row, &parts->rows[row.id]);
		parts->rows[row.id] = row;
	}
	*ret = (struct et_recording_totals){
		.wire_format = session->wire_format,
		.accounted = last ? session->accounted : !later,
		.last = last,
		.missing = missing - parts->missing,
		.lost_told = session->lost_told - parts->lost_told,
		.accounts = rows,
		.count = count,
	};
	parts->missing = missing;
	parts->lost_told = session->lost_told;
}
