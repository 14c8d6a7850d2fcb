/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <string.h>

#include "lib/pipeline/failure.h"
#include "lib/pipeline/lines.h"
#include "lib/pipeline/pipeline.h"
#include "lib/pipeline/recorder.h"

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
