/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/pipeline/outputs.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "lib/api/error.h"
#include "lib/pipeline/lines.h"
#include "lib/pipeline/recorder.h"

/*
 * Store the first failure @r and its message; nothing is written from now on. -EAGAIN is no
 * failure: only return it.
 */
static int failed(struct et_pipeline *p, enum et_error_kind kind, const char *what, int r)
{
	if (r == -EAGAIN)
		return r;
	p->silent = true;
	if (p->failed)
		return r;
	p->failed = r;
	if (r == -EPIPE)
		return et_error_set(&p->error, kind, r,
				    "the %s is closed: no process reads it any more", what);
	return et_error_set(&p->error, kind, r, "cannot write the %s: %s", what, strerror(-r));
}

int et_output_failed(struct et_pipeline *p, int r)
{
	return failed(p, ET_ERROR_OUTPUT, "output", r);
}

int et_recording_failed(struct et_pipeline *p, int r)
{
	return failed(p, ET_ERROR_RECORD, "recording", r);
}

int et_pipeline_flush(struct et_pipeline *p)
{
	int r, ret = 0;

	if (p->sink) {
		ret = et_lines_put_due_header(p);
		if (ret == 0)
			ret = et_sink_flush(p->sink);
		et_lines_count_written(p);
		if (ret < 0)
			ret = et_output_failed(p, ret);
	}
	/* Even if output_fd has failed, write the recording: it does not depend on output_fd. */
	if (p->recorder) {
		r = et_pipeline_report_not_recorded(p);
		if (r == 0)
			r = et_recording_writer_flush(p->recorder);
		if (r < 0)
			r = et_recording_failed(p, r);
		if (ret == 0 || (ret == -EAGAIN && r < 0))
			ret = r;
		if (r == 0 && !p->sink)
			memcpy(p->written, p->taken, sizeof(p->written));
	} else if (!p->sink) {
		memcpy(p->written, p->taken, sizeof(p->written));
	}
	return ret;
}

/* The buffer of output_fd (@which is 0) or of the recording (@which is 1); NULL: there is none. */
static const struct et_sink *sink_of(const struct et_pipeline *p, unsigned int which)
{
	if (which == 0)
		return p->sink;
	return p->recorder ? et_recording_writer_sink(p->recorder) : NULL;
}

int et_pipeline_waits_for(const struct et_pipeline *p, unsigned int which)
{
	const struct et_sink *sink = sink_of(p, which);

	return sink && et_sink_pending(sink) ? sink->fd : -1;
}

int et_pipeline_wait(struct et_pipeline *p, __u64 deadline_ns)
{
	struct pollfd fds[] = {
		{ .fd = et_pipeline_waits_for(p, 0), .events = POLLOUT },
		{ .fd = et_pipeline_waits_for(p, 1), .events = POLLOUT },
	};
	int n;

	do {
		__u64 now = et_now_ns();

		/*
		 * Compute the time left for each poll(2). One deadline applies to all polls
		 * together, even if outputs accept some bytes between two polls.
		 */
		n = now < deadline_ns ? poll(fds, 2, (int)((deadline_ns - now) / ET_MS + 1)) : 0;
	} while (n < 0 && errno == EINTR);
	if (n > 0)
		return 0;
	if (fds[0].fd >= 0)
		return et_output_failed(p, -ETIMEDOUT);
	return et_recording_failed(p, -ETIMEDOUT);
}

bool et_pipeline_is_roomy(const struct et_pipeline *p)
{
	for (unsigned int i = 0; i < 2; i++) {
		const struct et_sink *sink = sink_of(p, i);

		if (sink && et_sink_pending(sink) > sink->cap / 2)
			return false;
	}
	return true;
}

int et_pipeline_end(struct et_pipeline *p, const struct et_recording_totals *totals,
		    __u64 deadline_ns)
{
	while (et_pipeline_flush(p) == -EAGAIN)
		if (et_pipeline_wait(p, deadline_ns) < 0)
			break;
	if (totals && p->recorder)
		(void)et_recorder_end(p, totals, deadline_ns);
	return p->failed;
}
