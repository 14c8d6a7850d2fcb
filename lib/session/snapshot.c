/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the processes that ran already when the session began: PROCESS_EXISTS. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/api/error.h"
#include "lib/enrich/proc.h"
#include "lib/session/config.h"
#include "lib/session/session.h"
#include "lib/session/snapshot_filter.h"

/*
 * Largest number of processes that are read from /proc in a second, after the start. Each takes
 * about 50 us. After a loss of events, more processes may be stale. Processes beyond this number
 * stay stale.
 */
#define READS_A_SECOND 1000

static int read_process(void *ctx, __u32 tgid, const void **ret_record)
{
	struct et_session *s = ctx;
	__u64 now = et_now_ns();

	if (now - s->reading_ns >= 1000 * ET_MS) {
		s->reading_ns = now;
		s->read_count = 0;
	}
	if (s->read_count++ >= READS_A_SECOND)
		return -EAGAIN;
	return et_proc_read(s->proc, tgid, true, now, ret_record);
}

int et_session_take_snapshot(struct et_session *s, struct et_error *err)
{
	struct et_snapshot snapshot = { .keep_dropped = s->opts.context };
	int r;

	if (!(et_session_events(&s->opts) & ET_EVENTS_OF_PROC))
		return 0;
	if (!et_proc_is_initial())
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL,
				    "PROCESS_EXISTS and the context need the numbers of the "
				    "initial PID namespace, and this process is in another one");
	r = et_proc_open("/proc", &s->proc);
	if (r == 0)
		r = et_proc_read_all(s->proc, et_now_ns(), &snapshot.records, &snapshot.size);
	if (r < 0)
		return et_error_set(err, ET_ERROR_SYSTEM, r, "/proc cannot be read: %s",
				    strerror(-r));
	r = et_snapshot_filter(&snapshot, s->proc, s->opts.filters, s->opts.filter_count, err);
	s->snapshot.records = snapshot.records;
	s->snapshot.size = snapshot.size;
	if (r < 0)
		return r;
	if (s->opts.context) {
		s->pipeline.read_process = read_process;
		s->pipeline.read_process_ctx = s;
	}
	return 0;
}

int et_session_give_snapshot(struct et_session *s, unsigned int batch)
{
	unsigned int given = 0;
	int r = 0;

	while (given < batch && s->snapshot.at < s->snapshot.size) {
		const struct et_header *hdr = (const void *)(s->snapshot.records + s->snapshot.at);

		r = et_pipeline_record(&s->pipeline, hdr, hdr->size);
		if (r < 0 && r != -ECANCELED)
			return r;
		s->snapshot.at += (hdr->size + 7) & ~7UL;
		given++;
		if (r < 0)
			return r;
	}
	if (s->snapshot.at >= s->snapshot.size) {
		free(s->snapshot.records);
		s->snapshot.records = NULL;
		/* Do not return 0, which means that the rings are empty: they were not checked. */
		return 1;
	}
	return (int)given;
}
