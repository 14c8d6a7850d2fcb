/* SPDX-License-Identifier: BSD-2-Clause */
/* Waiting for the readers of a pipeline's outputs. */
#include <errno.h>
#include <poll.h>

#include "lib/pipeline/failure.h"
#include "lib/pipeline/pipeline.h"

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
