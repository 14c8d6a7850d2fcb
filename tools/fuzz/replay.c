/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replays a recording. The first byte of the input selects how, and the other bytes are the file. A
 * replay would refuse most files for their checksums. So the fuzzer first corrects these, and with
 * MEND_SIZES also the sizes.
 */
#define _GNU_SOURCE /* memfd_create() */
#include <linux/types.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <zstd.h>

#include "lib/include/eventstrace.h"
#include "lib/recording/crc32c.h"
#include "lib/recording/format.h"
#include "tools/fuzz/require.h"

enum how {
	MEND_SIZES = 1 << 0,
	KEEP_CRCS = 1 << 1, /* do not correct checksums */
	UNBUFFERED = 1 << 2,
	REDACT = 1 << 3,
	FEW = 1 << 4,   /* replay at most three events */
	ONE = 1 << 5,   /* replay events of one type only; with COMPRESSED, cut the file */
	TWICE = 1 << 6, /* replay the same recording a second time */
	/* compress the corrected file; with KEEP_CRCS the input itself may be compressed */
	COMPRESSED = 1 << 7,
};

/* More steps than any input needs, because each step reads as much as possible. */
#define STEPS_MAX 64

static __u32 crc_behind(__u32 crc, const void *part, size_t size, size_t behind)
{
	return et_crc32c(crc, (const char *)part + behind, size - behind);
}

/*
 * Correct the checksum of the header. Return: bytes of the header; 0: the header cannot be
 * corrected.
 */
static size_t mend_header(char *file, size_t len, __u32 *ret_crc)
{
	struct et_file_header *header = (void *)file;
	size_t size;

	if (len < sizeof(*header))
		return 0;
	size = header->size;
	if (size < sizeof(*header) || size > len || size % ET_FILE_ALIGN)
		return 0;
	header->crc = crc_behind(0, header, size, offsetof(struct et_file_header, size));
	*ret_crc = header->crc;
	return size;
}

/*
 * Correct the checksums of a chunk's records at @file, in at most @len bytes. Return: bytes of
 * these records, with the headers.
 */
static size_t mend_records(char *file, size_t len, __u32 count, __u32 crc, __u32 *ret_crc)
{
	size_t at = 0;

	for (; count && len - at >= sizeof(struct et_file_record); count--) {
		struct et_file_record *record = (void *)(file + at);
		size_t size = record->size;

		if (size > len - at - sizeof(*record))
			break;
		size = sizeof(*record) + ET_FILE_ALIGNED(size);
		if (size > len - at)
			break;
		record->crc = crc_behind(crc, record, size, offsetof(struct et_file_record, size));
		crc = record->crc;
		at += size;
	}
	*ret_crc = crc;
	return at;
}

static size_t sizes_of_records(const char *file, size_t len, __u32 count)
{
	size_t at = 0;

	for (; count && len - at >= sizeof(struct et_file_record); count--) {
		size_t size = ((const struct et_file_record *)(file + at))->size;

		size = sizeof(struct et_file_record) + ET_FILE_ALIGNED(size);
		if (size > len - at)
			break;
		at += size;
	}
	return at;
}

static void mend(char *file, size_t len, bool sizes)
{
	__u32 crc = 0;
	__u64 records = 0;
	size_t at = mend_header(file, len, &crc);

	while (at && len - at >= sizeof(struct et_file_end)) {
		struct et_file_chunk *chunk = (void *)(file + at);
		struct et_file_end *end = (void *)(file + at);

		if (chunk->magic == ET_FILE_END) {
			size_t size =
				sizeof(*end) + (size_t)end->rows * sizeof(struct et_file_account);

			if (sizes)
				end->records = records;
			if (size <= len - at)
				end->crc = crc_behind(crc, end, size,
						      offsetof(struct et_file_end, rows));
			return;
		}
		if (chunk->magic != ET_FILE_CHUNK)
			return;
		at += sizeof(*chunk);
		if (sizes)
			chunk->size = (__u32)sizes_of_records(file + at, len - at, chunk->records);
		chunk->crc = crc_behind(crc, chunk, sizeof(*chunk),
					offsetof(struct et_file_chunk, size));
		records += chunk->records;
		at += mend_records(file + at, len - at, chunk->records, chunk->crc, &crc);
	}
}

/* Write a file with these bytes. Return: its descriptor, which is the same in each call. */
static int file_of(const void *data, size_t size)
{
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("recording", MFD_CLOEXEC);
	require(fd >= 0 && ftruncate(fd, 0) == 0);
	require(pwrite(fd, data, size, 0) == (ssize_t)size && lseek(fd, 0, SEEK_SET) == 0);
	return fd;
}

static void check_stats(struct et_replay *replay)
{
	struct et_event_stats rows[64];
	struct et_session_stats stats = { .sz = sizeof(stats) };
	int n = et_replay__event_stats(replay, rows, 64);

	require(n >= 0 && n < 64);
	for (int i = 0; i < n; i++)
		require(rows[i].written <= rows[i].received);
	require(et_replay__stats(replay, &stats) == 0);
	require(stats.wire_format);
}

static void replay_file(int fd, unsigned int how)
{
	static const char *const patterns[] = { "*password*", "a*b" };
	struct et_options opts = ET_OPTIONS_INIT;
	struct et_replay *replay = NULL;
	struct et_error err;
	int r = 1, steps = 0;

	opts.events = how & ONE ? ET_EVENT_BIT(2) : ~0ULL;
	opts.unbuffered = how & UNBUFFERED;
	opts.max_events = how & FEW ? 3 : 0;
	if (how & REDACT) {
		opts.redact = patterns;
		opts.redact_count = 2;
		opts.redact_tty = 1;
	}
	require(et_replay__open(&opts, fd, &replay, &err) == 0);
	while (r == 1 && steps++ < STEPS_MAX)
		r = et_replay__step(replay);
	require(r <= 0);
	require((r == 0) == et_replay__whole(replay) || r == -ECANCELED || r == -EBADMSG);
	if (r == -EBADMSG || r == -ENODATA || r == -EPROTONOSUPPORT) {
		require(et_replay__error(replay)->kind == ET_ERROR_INPUT);
		require(*et_replay__error(replay)->message);
		/* A further step fails with the same error. */
		require(et_replay__step(replay) == r);
	} else {
		require(r == 0 || r == -ECANCELED);
	}
	check_stats(replay);
	if (r == -ECANCELED) {
		require(et_replay__next(replay, fd) == -EINVAL);
	} else if (how & TWICE) {
		require(lseek(fd, 0, SEEK_SET) == 0 && et_replay__next(replay, fd) == 0);
		for (steps = 0, r = 1; r == 1 && steps++ < STEPS_MAX;)
			r = et_replay__step(replay);
		require(r <= 0);
		check_stats(replay);
	}
	et_replay__stop(replay);
	et_replay__close(replay);
}

/*
 * Compress the file in two frames. With @cut, the second frame is incomplete. Return: the new size.
 */
static size_t compress(char *to, size_t room, const char *file, size_t size, bool cut)
{
	size_t half = size / 2, first, second;

	first = ZSTD_compress(to, room, file, half, 1);
	require(!ZSTD_isError(first));
	second = ZSTD_compress(to + first, room - first, file + half, size - half, 1);
	require(!ZSTD_isError(second));
	return first + second - (cut ? second / 2 : 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *file;

	if (!size)
		return 0;
	file = malloc(size);
	require(file);
	memcpy(file, data + 1, size - 1);
	if (!(data[0] & KEEP_CRCS))
		mend(file, size - 1, data[0] & MEND_SIZES);
	if (data[0] & COMPRESSED && !(data[0] & KEEP_CRCS)) {
		const size_t room = 2 * ZSTD_compressBound(size);
		char *frames = malloc(room);

		require(frames);
		size = 1 + compress(frames, room, file, size - 1, data[0] & ONE);
		free(file);
		file = frames;
	}
	replay_file(file_of(file, size - 1), data[0]);
	free(file);
	return 0;
}
