/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A session can write several recordings, one after the other. Each has an account of its own
 * events, and the accounts of all add up to that of the session.
 */
#ifndef ET_SESSION_PARTS_H
#define ET_SESSION_PARTS_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/include/eventstrace.h"
#include "lib/recording/writer.h"
#include "lib/wire/schema.h"

/* The sums of the accounts of all recordings that have ended. */
struct et_parts {
	struct et_file_account rows[ET_EVENT_TYPES]; /* counts by event type */
	__u64 missing;
	__u64 lost_told;
};

/**
 * et_parts_account() - the account of the recording that ends now
 * @parts:	sums of the earlier recordings; this recording is added
 * @stats:	the session's counts by type, so far
 * @count:	number of elements of @stats and @rows
 * @session:	the session's other counts: accounted, malformed, missing, lost_told, wire_format
 * @last:	the session has stopped, and its rings are empty
 * @rows:	receives the counts by type: room for @count
 * @ret:	receives the other counts, and the address of @rows
 *
 * While BPF programs run, they also count records that are still in the rings. Such a record
 * belongs to the recording that will contain it. A loss belongs to the recording that contains its
 * LOST record. So if @last is false, the account has only received events and reported losses.
 */
void et_parts_account(struct et_parts *parts, const struct et_event_stats *stats, size_t count,
		      const struct et_session_stats *session, bool last,
		      struct et_file_account *rows, struct et_recording_totals *ret);

#endif /* ET_SESSION_PARTS_H */
