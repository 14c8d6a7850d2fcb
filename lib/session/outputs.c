/* SPDX-License-Identifier: BSD-2-Clause */
/* Lets a session continue in other files than before: et_session__set_outputs(). */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/recording/writer.h"
#include "lib/session/segments.h"
#include "lib/session/session.h"

/*
 * Begin the next recording before the present one ends. So if the beginning fails, the present
 * recording simply continues.
 */
static int next_recording(struct et_session *s, int fd)
{
	struct et_file_account rows[ET_EVENT_TYPES];
	struct et_recording_writer *writer = NULL;
	struct et_recording_totals totals;
	int r;

	r = et_session_new_recording(s, fd, &writer);
	if (r == 0)
		r = et_recording_writer_flush(writer);
	if (r == 0)
		r = et_session_count_recording(s, false, rows, &totals);
	if (r < 0) {
		et_recording_writer_free(writer);
		return r;
	}
	s->opts.record_fd = fd;
	return et_pipeline_next_recorder(&s->pipeline, &totals, writer,
					 et_now_ns() + s->opts.drain_timeout_ms * ET_MS);
}

static int next_file(void *ctx, bool record)
{
	struct et_session *s = ctx;
	int fd;

	if (record && s->spool)
		return et_session_next_segment(s);
	s->pipeline.in_callback = true;
	fd = s->opts.next_file(s->opts.next_file_ctx,
			       record ? ET_OUTPUT_RECORDS : ET_OUTPUT_EVENTS);
	s->pipeline.in_callback = false;
	if (fd < 0)
		return -EAGAIN;
	if (record)
		return next_recording(s, fd);
	et_pipeline_next_output(&s->pipeline, fd);
	s->opts.output_fd = fd;
	return 0;
}

static __u64 limit_of(const struct et_session *s, int fd)
{
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? s->opts.file_size_max : 0;
}

void et_session_limit_files(struct et_session *s)
{
	s->pipeline.next_file = next_file;
	s->pipeline.next_file_ctx = s;
	s->pipeline.output_limit.max = limit_of(s, s->opts.output_fd);
	s->pipeline.record_limit.max = s->spool ? s->segments.size : limit_of(s, s->opts.record_fd);
}

int et_session__header(struct et_session *s, char *buf, size_t size)
{
	char header[ET_HEADER_MAX];
	size_t len;

	if (!(s->opts.stream & ET_STREAM_HEADER))
		return -EINVAL;
	len = (size_t)(et_put_header(header, &s->pipeline.identity, s->pipeline.encoder.ops->name) -
		       header);
	if (len > size)
		return -ENOSPC;
	memcpy(buf, header, len);
	s->pipeline.header_due = false;
	return (int)len;
}

int et_session__set_outputs(struct et_session *s, int output_fd, int record_fd)
{
	int r;

	if (s->pipeline.in_callback)
		return -EBUSY;
	if (s->pipeline.failed)
		return s->pipeline.failed;
	if (s->stopped || !s->rings || output_fd < -1 || record_fd < -1 ||
	    (output_fd >= 0 && !s->pipeline.sink) ||
	    (record_fd >= 0 && (!s->pipeline.recorder || s->spool)))
		return -EINVAL;
	r = et_pipeline_flush(&s->pipeline);
	if (r < 0)
		return r;
	s->blocked = false;
	/*
	 * The caller may close the former files after this function has returned: do not poll them
	 * any more.
	 */
	et_session_watch_outputs(s);
	if (record_fd >= 0)
		r = next_recording(s, record_fd);
	if (r == 0 && output_fd >= 0) {
		et_pipeline_next_output(&s->pipeline, output_fd);
		s->opts.output_fd = output_fd;
	}
	return r;
}
