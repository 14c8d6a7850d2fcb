/* SPDX-License-Identifier: BSD-2-Clause */
/* The processes that ran already when the session began: PROCESS_EXISTS. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/api/error.h"
#include "lib/enrich/proc.h"
#include "lib/session/session.h"

int et_session_take_snapshot(struct et_session *s, struct et_error *err)
{
	struct et_proc *proc = NULL;
	void *records = NULL;
	int r;

	if (!(s->opts.events & ET_EVENTS_OF_PROC))
		return 0;
	if (!et_proc_is_initial())
		return et_error_set(
			err, ET_ERROR_USAGE, -EINVAL,
			"PROCESS_EXISTS needs the numbers of the initial PID namespace, "
			"and this process is in another one");
	r = et_proc_open("/proc", &proc);
	if (r == 0)
		r = et_proc_read_all(proc, et_now_ns(), &records, &s->snapshot.size);
	et_proc_free(proc);
	s->snapshot.records = records;
	return r < 0 ? et_error_set(err, ET_ERROR_SYSTEM, r, "/proc cannot be read: %s",
				    strerror(-r))
		     : 0;
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
		/* The rings have not been looked at, so do not return 0. */
		return 1;
	}
	return (int)given;
}
