/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/segments/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/segments/folder.h"

struct et_segment_reader {
	int fd;
	struct et_recording_reader *recording;
	bool grows;
};

int et_segment_reader_open(int folder, __u64 number, struct et_segment_reader **ret)
{
	struct et_segment_reader *segment = calloc(1, sizeof(*segment));
	char name[ET_SEGMENT_NAME_SIZE];
	struct stat st;
	int r = 0;

	if (!segment)
		return -ENOMEM;
	et_segment_name(number, name);
	segment->fd =
		openat(folder, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
	if (segment->fd < 0)
		r = -errno;
	/*
	 * The writer locks a segment before it gives the segment this name. So if another process
	 * holds the lock, the segment grows.
	 */
	segment->grows = r == 0 && flock(segment->fd, LOCK_SH | LOCK_NB) < 0;
	/*
	 * The writer may have dropped the segment before this lock. Then the file has no name any
	 * more.
	 */
	if (r == 0 && fstat(segment->fd, &st) < 0)
		r = -errno;
	else if (r == 0 && !st.st_nlink)
		r = -ENOENT;
	if (r == 0)
		r = et_recording_reader_new(segment->fd, &segment->recording);
	if (r < 0) {
		et_segment_reader_close(segment);
		return r;
	}
	et_recording_reader_set_growing(segment->recording, segment->grows);
	*ret = segment;
	return 0;
}

/* True if the writer has just finished the segment, or has died. Then this reader has the lock. */
static bool stops_growing(struct et_segment_reader *segment)
{
	if (!segment->grows || flock(segment->fd, LOCK_SH | LOCK_NB) < 0)
		return false;
	segment->grows = false;
	et_recording_reader_set_growing(segment->recording, false);
	return true;
}

int et_segment_reader_next(struct et_segment_reader *segment, struct et_recorded *ret)
{
	int r;

	for (;;) {
		r = et_recording_reader_next(segment->recording, ret);
		/*
		 * The end of the recording was read. The writer releases its lock after it has
		 * written this end. If the lock is free, stops_growing() stores that the segment no
		 * longer grows.
		 */
		if (r == 0)
			(void)stops_growing(segment);
		if (r != -EAGAIN)
			return r;
		r = et_recording_reader_fill(segment->recording);
		if (r == -EAGAIN && !stops_growing(segment))
			return r;
		if (r < 0 && r != -EINTR && r != -EAGAIN)
			return r;
	}
}

void et_segment_reader_on_name(struct et_segment_reader *segment, et_recording_name_fn *fn,
			       void *ctx)
{
	et_recording_reader_on_name(segment->recording, fn, ctx);
}

const struct et_recording_reader *et_segment_reader_recording(
	const struct et_segment_reader *segment)
{
	return segment->recording;
}

bool et_segment_reader_grows(const struct et_segment_reader *segment)
{
	return segment->grows;
}

void et_segment_reader_close(struct et_segment_reader *segment)
{
	if (!segment)
		return;
	et_recording_reader_free(segment->recording);
	if (segment->fd >= 0)
		close(segment->fd);
	free(segment);
}
