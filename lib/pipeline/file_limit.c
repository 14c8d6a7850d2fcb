/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/pipeline/file_limit.h"

#include <errno.h>
#include <sys/stat.h>

#include "lib/pipeline/failure.h"
#include "lib/recording/writer.h"
#include "lib/sink/sink.h"

__u64 et_file_limit_bytes_in(int fd)
{
	struct stat st;

	return fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ? 0 : (__u64)st.st_size;
}

/* Upper bound of the file's size after a record or a line of @n bytes is added. */
static __u64 size_with(const struct et_pipeline *p, const struct et_file_limit *limit, size_t n)
{
	if (limit == &p->record_limit)
		return et_recording_writer_size_with(p->recorder, n);
	return limit->before + p->sink->written + et_fd_sink_bound(p->sink, p->sink->used + n) -
	       limit->begin;
}

static bool is_compressed(const struct et_pipeline *p, const struct et_file_limit *limit)
{
	return limit == &p->record_limit ? et_recording_writer_is_compressed(p->recorder)
					 : et_fd_sink_is_compressed(p->sink);
}

int et_file_limit_check(struct et_pipeline *p, struct et_file_limit *limit, size_t n)
{
	bool record = limit == &p->record_limit, compressed = is_compressed(p, limit);
	__u64 size = size_with(p, limit, n);
	int r = 0;

	if (!limit->max || size <= limit->max + limit->more)
		return 0;
	if (!record || compressed)
		r = record ? et_recording_writer_flush(p->recorder) : et_sink_flush(p->sink);
	if (r == 0 && compressed) {
		/*
		 * Before the flush, only an upper bound was known for the compressed size of the
		 * buffered bytes. Now their size is known, and the file may have room.
		 */
		size = size_with(p, limit, n);
		if (size <= limit->max + limit->more)
			return 0;
	}
	if (r == 0)
		r = p->next_file(p->next_file_ctx, record);
	if (r == -EAGAIN) {
		limit->more = size;
		r = 0;
	}
	if (r < 0)
		return record ? et_recording_failed(p, r) : et_output_failed(p, r);
	return 0;
}

int et_file_limit_recording(struct et_pipeline *p, size_t len)
{
	return p->recorder ? et_file_limit_check(p, &p->record_limit, len) : 0;
}
