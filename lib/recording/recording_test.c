/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests the writer and the reader of recordings. The reader rejects a changed recording at the
 * right offset. It first returns all records before that offset.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <zstd.h>

#include "lib/decode/record_builder.h"
#include "lib/recording/crc32c.h"
#include "lib/recording/reader.h"
#include "lib/recording/writer.h"
#include "lib/sink/memory_file.h"

#define EXEC (1ULL << ET_PROCESS_EXEC)
#define TTY  (1ULL << ET_PROCESS_TTY_WRITE)

static const struct et_recording_about about = {
	.events = EXEC | TTY,
	.clock_offset = 1700000000000000000,
	.cpus_possible = 3,
	.program = "eventstrace of a test",
	.origin = { .host = "a-host", .boot_id = "a-boot", .first_seq = 77 },
};

static const struct et_file_account accounts[] = {
	{ .id = ET_PROCESS_EXEC, .attempted = 9, .sent = 7, .lost = 2, .bytes = 1234 },
	{ .id = ET_PROCESS_TTY_WRITE, .attempted = 1, .sent = 1, .filtered = 5, .truncated = 1 },
};

static const struct et_recording_totals totals = {
	.wire_format = "varlen",
	.accounted = true,
	.missing = 0x123456789abcdef0,
	.lost_told = 2,
	.accounts = accounts,
	.count = 2,
};

static struct et_record rec;

/* ---- files ------------------------------------------------------------------------------- */

/* A recording in memory. */
struct file {
	char *bytes;
	size_t size;
};

static struct file take_file(int fd)
{
	struct file f = { .size = (size_t)lseek(fd, 0, SEEK_END) };

	f.bytes = malloc(f.size);
	assert_non_null(f.bytes);
	assert_int_equal(pread(fd, f.bytes, f.size, 0), f.size);
	close(fd);
	return f;
}

static struct et_recording_writer *begin(int fd)
{
	struct et_recording_writer *w = NULL;

	assert_int_equal(et_recording_writer_new(fd, &about, &w), 0);
	return w;
}

/*
 * Make a recording with three chunks and seven records of different sizes, with and without
 * padding.
 */
static struct file make_file(bool compress, size_t *ret_ends)
{
	static const char text[] = "0123456789abcdef";
	struct et_recording_about how = about;
	struct et_recording_writer *w = NULL;
	int fd = memory_file_new();

	how.compress = compress;
	assert_int_equal(et_recording_writer_new(fd, &how, &w), 0);

	for (unsigned int i = 0; i < 7; i++) {
		struct et_process_exec *exec = et_record_begin(&rec, ET_PROCESS_EXEC);

		exec->pids.tgid = i;
		et_record_var(&rec, ET_VAR_FILENAME, text, i);
		assert_int_equal(et_recording_writer_add(w, rec.bytes, et_record_len(&rec), i / 3),
				 0);
		if (!ret_ends)
			continue;
		assert_int_equal(et_recording_writer_flush(w), 0);
		ret_ends[i] = et_recording_writer_bytes(w);
	}
	assert_int_equal(et_recording_writer_end(w, &totals), 0);
	assert_int_equal(et_recording_writer_bytes(w), lseek(fd, 0, SEEK_CUR));
	et_recording_writer_free(w);
	return take_file(fd);
}

static struct file small_file(void)
{
	return make_file(false, NULL);
}

/* The results of reading a recording. */
struct outcome {
	int result;
	unsigned int records;
	__u64 offset;
	char why[256];
	bool whole;
};

/* Read a recording through a reader that gets at most @piece bytes at once, as from a pipe. */
static struct outcome read_file(const char *bytes, size_t size, size_t piece)
{
	struct et_recording_reader *reader = NULL;
	struct et_recorded got;
	struct outcome out = { 0 };
	int fds[2];
	size_t at = 0;

	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	assert_int_equal(et_recording_reader_new(fds[0], &reader), 0);
	for (;;) {
		out.result = et_recording_reader_next(reader, &got);
		if (out.result > 0) {
			const struct et_process_exec *exec = got.data;

			/*
			 * The reader returns the records in order, unchanged, and aligned to 8
			 * bytes.
			 */
			assert_int_equal((uintptr_t)got.data % 8, 0);
			assert_true(got.len >= sizeof(*exec));
			assert_int_equal(got.len, exec->hdr.size);
			assert_int_equal(exec->pids.tgid, out.records);
			assert_int_equal(got.clock_offset, out.records / 3);
			out.records++;
			continue;
		}
		if (out.result != -EAGAIN)
			break;
		if (at < size) {
			size_t n = size - at < piece ? size - at : piece;

			assert_int_equal(write(fds[1], bytes + at, n), n);
			at += n;
		} else if (fds[1] >= 0) {
			close(fds[1]);
			fds[1] = -1;
		}
		if (et_recording_reader_fill(reader) != 1)
			assert_true(*et_recording_reader_why(reader));
	}
	/* A further call returns the same result. */
	assert_int_equal(et_recording_reader_next(reader, &got), out.result);
	out.offset = et_recording_reader_offset(reader);
	out.whole = et_recording_reader_account(reader) != NULL;
	snprintf(out.why, sizeof(out.why), "%s", et_recording_reader_why(reader));
	et_recording_reader_free(reader);
	close(fds[0]);
	if (fds[1] >= 0)
		close(fds[1]);
	return out;
}

/*
 * Find the offsets of all parts of a recording, from the sizes in the parts. The last offset is the
 * file's size.
 */
static size_t find_parts(const struct file *f, size_t *ret, unsigned int *ret_records)
{
	size_t n = 0, at = ((const struct et_file_header *)f->bytes)->size;

	ret_records[n] = 0;
	ret[n++] = 0;
	for (unsigned int records = 0; at < f->size;) {
		const struct et_file_chunk *chunk = (const void *)(f->bytes + at);

		ret_records[n] = records;
		ret[n++] = at;
		if (chunk->magic == ET_FILE_END)
			break;
		assert_int_equal(chunk->magic, ET_FILE_CHUNK);
		at += sizeof(*chunk);
		for (unsigned int i = 0; i < chunk->records; i++) {
			const struct et_file_record *r = (const void *)(f->bytes + at);

			ret_records[n] = records++;
			ret[n++] = at;
			at += sizeof(*r) + ET_FILE_ALIGNED((size_t)r->size);
		}
	}
	ret_records[n] = 7;
	ret[n] = f->size;
	return n;
}

/* ---- tests ------------------------------------------------------------------------------- */

static void whole(void **state)
{
	struct file f = small_file();
	struct et_recording_reader *reader = NULL;
	const struct et_recording_account *account;
	const struct et_file_header *header;
	const struct et_file_origin *origin;
	struct et_recorded got;
	int fd = memory_file_new(), r;

	(void)state;
	for (size_t piece = 1; piece <= f.size; piece += piece < 64 ? 1 : 173) {
		struct outcome out = read_file(f.bytes, f.size, piece);

		assert_int_equal(out.result, 0);
		assert_int_equal(out.records, 7);
		assert_int_equal(out.offset, f.size);
		assert_string_equal(out.why, "");
	}

	assert_int_equal(write(fd, f.bytes, f.size), f.size);
	lseek(fd, 0, SEEK_SET);
	assert_int_equal(et_recording_reader_new(fd, &reader), 0);
	assert_null(et_recording_reader_header(reader));
	assert_int_equal(et_recording_reader_events(reader), 0);
	while ((r = et_recording_reader_next(reader, &got)) != 0) {
		if (r == -EAGAIN)
			assert_int_equal(et_recording_reader_fill(reader), 1);
		else
			assert_int_equal(r, 1);
	}
	assert_int_equal(et_recording_reader_events(reader), about.events);
	header = et_recording_reader_header(reader);
	assert_string_equal(header->program, about.program);
	assert_int_equal(header->cpus_possible, 3);
	assert_int_equal(header->clock_offset, about.clock_offset);
	origin = et_recording_reader_origin(reader);
	assert_string_equal(origin->host, "a-host");
	assert_string_equal(origin->boot_id, "a-boot");
	assert_int_equal(origin->first_seq, 77);
	account = et_recording_reader_account(reader);
	assert_string_equal(account->wire_format, "varlen");
	assert_int_equal(account->records, 7);
	assert_true(account->accounted);
	assert_true(account->missing == totals.missing);
	assert_int_equal(account->lost_told, 2);
	assert_int_equal(account->count, 2);
	assert_memory_equal(account->rows, accounts, sizeof(accounts));
	et_recording_reader_free(reader);
	close(fd);
	free(f.bytes);
}

/*
 * Cut the recording before each of its bytes. The reader returns all complete records, and the
 * offset of the part that is cut.
 */
static void cut_anywhere(void **state)
{
	struct file f = small_file();
	size_t parts[32], part = 0;
	unsigned int records[32];

	(void)state;
	find_parts(&f, parts, records);
	for (size_t size = 0; size + sizeof(__u32) <= f.size; size++) {
		struct outcome out = read_file(f.bytes, size, 4096);
		__u32 magic = 0;

		while (parts[part + 1] <= size)
			part++;
		assert_int_equal(out.result, -ENODATA);
		assert_int_equal(out.offset, parts[part]);
		assert_int_equal(out.records, records[part]);
		assert_false(out.whole);
		memcpy(&magic, f.bytes + size, sizeof(magic));
		if (size == parts[part] && (magic == ET_FILE_CHUNK || magic == ET_FILE_END))
			assert_string_equal(out.why, "was never finished");
		else
			assert_string_equal(out.why, "is cut off");
	}
	free(f.bytes);
}

/* Flip each bit of a recording: the reader returns all records before this bit, then an error. */
static void flipped_anywhere(void **state)
{
	struct file f = small_file();
	size_t parts[32], part = 0;
	unsigned int records[32];

	(void)state;
	find_parts(&f, parts, records);
	for (size_t at = 0; at < f.size; at++) {
		while (parts[part + 1] <= at)
			part++;
		for (int bit = 0; bit < 8; bit++) {
			struct outcome out;

			f.bytes[at] ^= 1 << bit;
			out = read_file(f.bytes, f.size, 4096);
			f.bytes[at] ^= 1 << bit;
			/*
			 * A recording with a changed size may look cut off. With changed first
			 * bytes, it may look like another kind of file.
			 */
			if (out.result != -EBADMSG && out.result != -ENODATA &&
			    !(out.result == -EPROTONOSUPPORT && at < sizeof(ET_FILE_MAGIC) - 1))
				fail_msg("byte %zu, bit %d: %d, %s", at, bit, out.result, out.why);
			if (out.offset != parts[part] || out.records != records[part])
				fail_msg("byte %zu, bit %d, part at %zu: %u records, then byte "
					 "%llu %s",
					 at, bit, parts[part], out.records,
					 (unsigned long long)out.offset, out.why);
			assert_true(*out.why);
		}
	}
	free(f.bytes);
}

/*
 * Leave out each part of a recording, then repeat each part. The parts themselves do not change.
 * The reader finds the error at the first wrong part.
 */
static void parts_moved(void **state)
{
	struct file f = small_file();
	size_t parts[32], n;
	unsigned int records[32];
	char *bytes = malloc(2 * f.size);

	(void)state;
	assert_non_null(bytes);
	n = find_parts(&f, parts, records);
	for (size_t i = 1; i + 1 < n; i++) {
		size_t rest = f.size - parts[i + 1];
		struct outcome out;

		memcpy(bytes, f.bytes, parts[i]);
		memcpy(bytes + parts[i], f.bytes + parts[i + 1], rest);
		out = read_file(bytes, parts[i] + rest, 4096);
		assert_int_equal(out.result, -EBADMSG);
		assert_int_equal(out.offset, parts[i]);

		memcpy(bytes, f.bytes, parts[i + 1]);
		memcpy(bytes + parts[i + 1], f.bytes + parts[i], f.size - parts[i]);
		out = read_file(bytes, parts[i + 1] + f.size - parts[i], 4096);
		assert_int_equal(out.result, -EBADMSG);
		assert_int_equal(out.offset, parts[i + 1]);
	}

	/* Bytes after the end of a recording are rejected, even if they are another recording. */
	memcpy(bytes, f.bytes, f.size);
	memcpy(bytes + f.size, f.bytes, f.size);
	for (size_t more = 1; more < f.size; more += 7) {
		struct outcome out = read_file(bytes, f.size + more, 4096);

		assert_int_equal(out.result, -EBADMSG);
		assert_int_equal(out.offset, f.size);
		assert_int_equal(out.records, 7);
		assert_string_equal(out.why, "continues after its end");
	}
	free(bytes);
	free(f.bytes);
}

/* ---- wrong values with right checksums ---------------------------------------------------- */

/* Correct the checksums of all parts that can be found in a changed recording. */
static void repair(struct file *f)
{
	struct et_file_header *header = (void *)f->bytes;
	size_t at = header->size;
	__u32 crc;

	if (at > f->size || at < sizeof(*header) || at % ET_FILE_ALIGN)
		return;
	crc = header->crc = et_crc32c(0, &header->size, at - offsetof(struct et_file_header, size));
	while (f->size - at >= sizeof(struct et_file_chunk)) {
		struct et_file_chunk *chunk = (void *)(f->bytes + at);
		unsigned int records = chunk->records;

		if (chunk->magic == ET_FILE_END) {
			struct et_file_end *end = (void *)chunk;

			end->crc = et_crc32c(crc, &end->rows, f->size - at - 8);
			return;
		}
		crc = chunk->crc = et_crc32c(crc, &chunk->size, sizeof(*chunk) - 8);
		at += sizeof(*chunk);
		while (records-- && f->size - at >= sizeof(struct et_file_record)) {
			struct et_file_record *r = (void *)(f->bytes + at);
			size_t size = ET_FILE_ALIGNED((size_t)r->size);

			if (size > f->size - at - sizeof(*r))
				return;
			crc = r->crc = et_crc32c(crc, &r->size, size + sizeof(*r) - 4);
			at += sizeof(*r) + size;
		}
	}
}

static struct et_file_header *header_of(struct file *f)
{
	return (void *)f->bytes;
}

static struct et_file_event *event_of(struct file *f, unsigned int i)
{
	return (struct et_file_event *)(header_of(f) + 1) + i;
}

static struct et_file_chunk *chunk_of(struct file *f)
{
	return (void *)(f->bytes + header_of(f)->size);
}

static struct et_file_record *record_of(struct file *f)
{
	return (void *)(chunk_of(f) + 1);
}

static struct et_file_end *end_of(struct file *f)
{
	return (void *)(f->bytes + f->size - sizeof(accounts) - sizeof(struct et_file_end));
}

static void has_result(struct file *f, int result, unsigned int records, const char *why)
{
	struct outcome out;

	repair(f);
	out = read_file(f->bytes, f->size, 4096);
	if (out.result != result || !strstr(out.why, why))
		fail_msg("%d %s, and not %d %s", out.result, out.why, result, why);
	assert_int_equal(out.records, records);
	free(f->bytes);
}

#define REFUSED(change, result, records, why)               \
	do {                                                \
		struct file f = small_file();               \
                                                            \
		(change);                                   \
		has_result(&f, (result), (records), (why)); \
	} while (0)

static void other_programs(void **state)
{
	(void)state;
	REFUSED(header_of(&f)->version = 4, -EPROTONOSUPPORT, 0, "version 4 of the file format");
	REFUSED(header_of(&f)->version = 0, -EPROTONOSUPPORT, 0, "version 0 of the file format");
	REFUSED(header_of(&f)->wire_version = 99, -EPROTONOSUPPORT, 0,
		"by eventstrace of a test with version 99 of the record format");
	REFUSED(header_of(&f)->machine = 3, -EPROTONOSUPPORT, 0, "another kind of machine");
	REFUSED(header_of(&f)->byte_order = 0x04030201, -EPROTONOSUPPORT, 0, "other byte order");
	REFUSED(event_of(&f, 0)->hash++, -EPROTONOSUPPORT, 0, "another layout of process-exec");
	REFUSED(event_of(&f, 1)->hash++, -EPROTONOSUPPORT, 0,
		"another layout of process-tty-write");
	REFUSED(event_of(&f, 2)->hash++, -EPROTONOSUPPORT, 0, "another layout of LOST");
	REFUSED(event_of(&f, 1)->id = 60, -EPROTONOSUPPORT, 0, "events of type 60");
	REFUSED(event_of(&f, 1)->id = 0xffffffff, -EPROTONOSUPPORT, 0, "events of type 4294967295");
	/*
	 * Control characters in the header's text are replaced, so that they cannot control a
	 * terminal.
	 */
	REFUSED((header_of(&f)->machine = 3, memset(header_of(&f)->program, 0x1b, 32)),
		-EPROTONOSUPPORT, 0, "by ??????????????????????????????? on");
	REFUSED(memcpy(f.bytes, "\177ELF", 4), -EPROTONOSUPPORT, 0, "is no recording");
}

/* x86-64 and arm64 read each other's recordings. */
static void other_machines(void **state)
{
	static const __u32 machines[] = { EM_X86_64, EM_AARCH64 };

	(void)state;
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		struct file f = small_file();

		header_of(&f)->machine = machines[i];
		has_result(&f, 0, 7, "");
	}
}

static void impossible_numbers(void **state)
{
	static const __u32 numbers[] = { 0, 1, 7, 8, 1 << 20, 0x7ffffff8, 0xfffffff8, 0xffffffff };

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		__u32 n = numbers[i];

		REFUSED(header_of(&f)->size = n, -EBADMSG, 0, "is damaged");
		REFUSED(header_of(&f)->events = n, -EBADMSG, 0, "is damaged");
		REFUSED(chunk_of(&f)->size = n, -EBADMSG, 0, "is damaged");
		if (n > 8)
			REFUSED(record_of(&f)->size = n, -EBADMSG, 0, "is damaged");
		REFUSED(end_of(&f)->rows = n, n == 8 || n == 7 ? -ENODATA : -EBADMSG, 7, "is ");
		REFUSED(end_of(&f)->records = n == 7 ? 6 : n, -EBADMSG, 7, "is damaged");
	}
	/*
	 * The first four cases have a wrong number of records in a chunk, the next two a wrong size
	 * of the chunk, and the last one a wrong magic.
	 */
	REFUSED(chunk_of(&f)->records = 0, -EBADMSG, 0, "is damaged");
	REFUSED(chunk_of(&f)->records = 1, -EBADMSG, 0, "is damaged");
	REFUSED(chunk_of(&f)->records = 2, -EBADMSG, 1, "is damaged");
	REFUSED(chunk_of(&f)->records = 4, -EBADMSG, 3, "is damaged");
	REFUSED(chunk_of(&f)->size += 8, -EBADMSG, 2, "is damaged");
	REFUSED(chunk_of(&f)->size -= 8, -EBADMSG, 2, "is damaged");
	REFUSED(chunk_of(&f)->magic = ET_FILE_END, -EBADMSG, 0, "is damaged");
}

static __u32 random_number(__u32 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/*
 * Write random numbers to random positions of a recording, and correct the checksums. The reader
 * must end, and must not read outside of the recording. The address sanitizer detects such a read.
 */
static void hostile(void **state)
{
	struct file original = small_file(), f = original;
	__u32 seed = 20260101;

	(void)state;
	f.bytes = malloc(f.size);
	assert_non_null(f.bytes);
	for (int round = 0; round < 20000; round++) {
		struct et_recording_reader *reader = NULL;
		struct et_recorded got;
		unsigned int records = 0, sum = 0;
		int fd = memory_file_new(), r;

		memcpy(f.bytes, original.bytes, f.size);
		for (__u32 changes = 1 + random_number(&seed) % 3; changes; changes--) {
			__u32 n = random_number(&seed) >> random_number(&seed) % 32;

			/*
			 * Half of the numbers are small multiples of 8, which may be valid sizes.
			 */
			if (random_number(&seed) % 2)
				n = n % 16 * 8;
			memcpy(f.bytes + random_number(&seed) % (f.size / 4) * 4, &n, sizeof(n));
		}
		repair(&f);
		assert_int_equal(write(fd, f.bytes, f.size), f.size);
		lseek(fd, 0, SEEK_SET);
		assert_int_equal(et_recording_reader_new(fd, &reader), 0);
		while ((r = et_recording_reader_next(reader, &got)) == 1 || r == -EAGAIN) {
			if (r == -EAGAIN) {
				assert_int_equal(et_recording_reader_fill(reader), 1);
				continue;
			}
			for (size_t i = 0; i < got.len; i++)
				sum += ((const unsigned char *)got.data)[i];
			records++;
		}
		assert_true(sum <= 255 * f.size && records <= f.size / 8);
		assert_int_equal(r == 0, et_recording_reader_offset(reader) == f.size);
		et_recording_reader_free(reader);
		close(fd);
	}
	free(f.bytes);
	free(original.bytes);
}

/* ---- names -------------------------------------------------------------------------------- */

#define LONG_NAME "a-name-of-thirty-two-bytes-12345"

/*
 * The names that a reader has passed on, as text. "1 user 5 ada, ": after one record, user 5 is
 * named ada.
 */
struct names {
	struct et_recording_reader *reader;
	char text[512];
	size_t count;
};

static int on_name(void *ctx, enum et_file_name_kind kind, __u32 id, const char *name, size_t len)
{
	struct names *names = ctx;
	size_t used = strlen(names->text);

	if (used + 80 < sizeof(names->text))
		snprintf(names->text + used, sizeof(names->text) - used, "%s %u %.*s, ",
			 kind == ET_FILE_NAME_USER ? "user" : "group", id, (int)len, name);
	names->count++;
	return 0;
}

static void add_record(struct et_recording_writer *w)
{
	et_record_begin(&rec, ET_PROCESS_EXEC);
	assert_int_equal(et_recording_writer_add(w, rec.bytes, et_record_len(&rec), 0), 0);
}

/* Read a recording of names. @ret receives them, with a "|" for each record. */
static int read_names(const struct file *f, struct names *ret)
{
	struct et_recording_reader *reader = NULL;
	struct et_recorded got;
	int fd = memory_file_new(), r;

	*ret = (struct names){ .count = 0 };
	assert_int_equal(write(fd, f->bytes, f->size), f->size);
	lseek(fd, 0, SEEK_SET);
	assert_int_equal(et_recording_reader_new(fd, &reader), 0);
	et_recording_reader_on_name(reader, on_name, ret);
	while ((r = et_recording_reader_next(reader, &got)) == 1 || r == -EAGAIN) {
		if (r == -EAGAIN)
			assert_int_equal(et_recording_reader_fill(reader), 1);
		else if (strlen(ret->text) + 2 < sizeof(ret->text))
			ret->text[strlen(ret->text)] = '|';
	}
	et_recording_reader_free(reader);
	close(fd);
	return r;
}

static struct file file_with_names(void)
{
	static const struct et_recording_name first[] = {
		{ ET_FILE_NAME_USER, 5, 1, "ada" },
		{ ET_FILE_NAME_GROUP, 5, 1, LONG_NAME "cut" },
		{ ET_FILE_NAME_USER, 6, 1, NULL },
	};
	/* The file has the third name already. Only the first two are new. */
	static const struct et_recording_name then[] = {
		{ ET_FILE_NAME_USER, 6, 2, "bob" },
		{ ET_FILE_NAME_USER, 5, 2, NULL },
		{ ET_FILE_NAME_GROUP, 5, 2, LONG_NAME },
	};
	int fd = memory_file_new();
	struct et_recording_writer *w = begin(fd);

	assert_int_equal(et_recording_writer_add_names(w, first, 3), 0);
	assert_true(et_recording_writer_knows_name(w, ET_FILE_NAME_USER, 5, 1));
	assert_true(et_recording_writer_knows_name(w, ET_FILE_NAME_USER, 6, 1));
	assert_false(et_recording_writer_knows_name(w, ET_FILE_NAME_USER, 5, 2));
	assert_false(et_recording_writer_knows_name(w, ET_FILE_NAME_GROUP, 6, 1));
	add_record(w);
	assert_int_equal(et_recording_writer_add_names(w, first, 3), 0);
	assert_int_equal(et_recording_writer_add_names(w, then, 3), 0);
	add_record(w);
	assert_int_equal(et_recording_writer_end(w, &totals), 0);
	et_recording_writer_free(w);
	return take_file(fd);
}

static void names(void **state)
{
	struct file f = file_with_names();
	struct names got;

	(void)state;
	assert_int_equal(read_names(&f, &got), 0);
	assert_string_equal(got.text, "user 5 ada, group 5 " LONG_NAME ", |user 6 bob, user 5 , |");
	for (size_t at = 0; at < 8 * f.size; at++) {
		f.bytes[at / 8] ^= 1 << at % 8;
		assert_true(read_names(&f, &got) < 0);
		f.bytes[at / 8] ^= 1 << at % 8;
	}
	for (size_t size = 0; size < f.size; size++) {
		struct file cut = { f.bytes, size };

		assert_int_equal(read_names(&cut, &got), -ENODATA);
	}
	free(f.bytes);
}

/* If there are more users than the writer remembers, the file still has the right name of each. */
static void many_names(void **state)
{
	int fd = memory_file_new();
	struct et_recording_writer *w = begin(fd);
	struct et_recording_name name = { .version = 1, .name = "x" };
	struct names got;
	struct file f;

	(void)state;
	for (name.id = 0; name.id < 10000; name.id++) {
		assert_int_equal(et_recording_writer_make_room(w), 0);
		assert_int_equal(et_recording_writer_add_names(w, &name, 1), 0);
	}
	/*
	 * The writer has forgotten user 1. The file may have a name of this user, so the writer
	 * adds an entry without a name.
	 */
	name = (struct et_recording_name){ .id = 1, .version = 2 };
	assert_int_equal(et_recording_writer_add_names(w, &name, 1), 0);
	add_record(w);
	assert_int_equal(et_recording_writer_end(w, &totals), 0);
	et_recording_writer_free(w);
	f = take_file(fd);
	assert_int_equal(read_names(&f, &got), 0);
	assert_int_equal(got.count, 10001);
	free(f.bytes);
}

/* ---- the writer --------------------------------------------------------------------------- */

/*
 * Write records that fill a chunk to its last byte, and a record that is too large. The writer cuts
 * the large record to ET_FILE_RECORD_MAX bytes.
 */
static void large(void **state)
{
	static const size_t sizes[] = { ET_FILE_RECORD_MAX - 8,
					ET_FILE_RECORD_MAX - 8,
					ET_FILE_RECORD_MAX,
					ET_FILE_RECORD_MAX,
					ET_FILE_RECORD_MAX - 1,
					1,
					0,
					3 * ET_FILE_RECORD_MAX };
	const size_t count = sizeof(sizes) / sizeof(*sizes);
	struct et_recording_reader *reader = NULL;
	struct et_recording_writer *w;
	struct et_recorded got;
	int fd = memory_file_new(), r;
	size_t n = 0;
	char *bytes = malloc(3 * ET_FILE_RECORD_MAX);

	(void)state;
	assert_non_null(bytes);
	w = begin(fd);
	for (size_t i = 0; i < count; i++) {
		memset(bytes, 'a' + (int)i, sizes[i]);
		assert_int_equal(et_recording_writer_add(w, bytes, sizes[i], 5), 0);
	}
	assert_int_equal(et_recording_writer_end(w, &totals), 0);
	et_recording_writer_free(w);
	lseek(fd, 0, SEEK_SET);
	assert_int_equal(et_recording_reader_new(fd, &reader), 0);
	while ((r = et_recording_reader_next(reader, &got)) != 0) {
		size_t size;

		if (r == -EAGAIN) {
			assert_int_equal(et_recording_reader_fill(reader), 1);
			continue;
		}
		assert_int_equal(r, 1);
		assert_true(n < count);
		size = sizes[n] < ET_FILE_RECORD_MAX ? sizes[n] : ET_FILE_RECORD_MAX;
		assert_int_equal(got.len, size);
		memset(bytes, 'a' + (int)n, size);
		assert_memory_equal(got.data, bytes, size);
		n++;
	}
	assert_int_equal(n, count);
	et_recording_reader_free(reader);
	close(fd);
	free(bytes);
}

/* Records that the writer has flushed can be read before the recording is finished. */
static void live(void **state)
{
	struct et_recording_reader *reader = NULL;
	struct et_recording_writer *w;
	struct et_recorded got;
	int fds[2];

	(void)state;
	assert_int_equal(pipe2(fds, O_CLOEXEC | O_NONBLOCK), 0);
	w = begin(fds[1]);
	assert_int_equal(et_recording_reader_new(fds[0], &reader), 0);
	assert_int_equal(et_recording_reader_next(reader, &got), -EAGAIN);
	assert_int_equal(et_recording_reader_fill(reader), -EAGAIN);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(et_recording_writer_add(w, "abc", 3, 0), 0);
		assert_int_equal(et_recording_writer_flush(w), 0);
		assert_int_equal(et_recording_reader_fill(reader), 1);
		assert_int_equal(et_recording_reader_next(reader, &got), 1);
		assert_int_equal(got.len, 3);
		assert_int_equal(et_recording_reader_next(reader, &got), -EAGAIN);
	}
	et_recording_writer_free(w);
	et_recording_reader_free(reader);
	close(fds[0]);
	close(fds[1]);
}

static void unwritable(void **state)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC), r = 0;
	struct et_recording_writer *w;

	(void)state;
	assert_true(fd >= 0);
	w = begin(fd);
	assert_int_equal(et_recording_writer_flush(w), -ENOSPC);
	/* Add records until the writer's buffer is full; then every call fails. */
	for (int i = 0; i < 100000 && r == 0; i++)
		r = et_recording_writer_add(w, "0123456789", 10, (__u64)i);
	assert_int_equal(r, -ENOSPC);
	assert_int_equal(et_recording_writer_add(w, "0", 1, 0), -ENOSPC);
	assert_int_equal(et_recording_writer_end(w, &totals), -ENOSPC);
	assert_int_equal(et_recording_writer_bytes(w), 0);
	et_recording_writer_free(w);
	et_recording_writer_free(NULL);
	close(fd);
}

/* ---- compressed --------------------------------------------------------------------------- */

/*
 * From a compressed recording, the reader returns the same records as from the uncompressed one.
 * The size of the pieces that it reads makes no difference.
 */
static void compressed(void **state)
{
	struct file plain = small_file(), f = make_file(true, NULL);
	size_t size;
	char *bytes;

	(void)state;
	assert_true(f.size < plain.size);
	for (size_t piece = 1; piece <= f.size; piece += piece < 64 ? 1 : 173) {
		struct outcome out = read_file(f.bytes, f.size, piece);

		assert_int_equal(out.result, 0);
		assert_int_equal(out.records, 7);
		assert_int_equal(out.offset, plain.size);
		assert_true(out.whole);
	}
	/* Another program may compress the whole recording as one frame. */
	bytes = malloc(4096 + plain.size);
	assert_non_null(bytes);
	size = ZSTD_compress(bytes, 4096 + plain.size, plain.bytes, plain.size, 19);
	assert_false(ZSTD_isError(size));
	assert_int_equal(read_file(bytes, size, 4096).result, 0);
	free(bytes);
	free(f.bytes);
	free(plain.bytes);
}

/*
 * Cut a compressed recording before each byte. The reader returns all records that were flushed
 * before this byte.
 */
static void compressed_cut(void **state)
{
	size_t ends[7];
	struct file f = make_file(true, ends);

	(void)state;
	for (size_t size = 0; size < f.size; size++) {
		struct outcome out = read_file(f.bytes, size, 4096);
		unsigned int records = 0;

		while (records < 7 && ends[records] <= size)
			records++;
		/*
		 * The recording is complete as soon as only the checksum of its last frame is
		 * missing.
		 */
		assert_int_equal(out.whole, size + 4 >= f.size);
		if (out.whole)
			assert_int_equal(out.result, 0);
		else if (size >= 4 || !size)
			assert_int_equal(out.result, -ENODATA);
		else
			assert_int_equal(out.result, -EPROTONOSUPPORT);
		assert_in_range(out.records, records, records + 1);
	}
	free(f.bytes);
}

static void compressed_flipped(void **state)
{
	struct file f = make_file(true, NULL);

	(void)state;
	for (size_t at = 0; at < f.size; at++) {
		for (int bit = 0; bit < 8; bit++) {
			struct outcome out;

			f.bytes[at] ^= 1 << bit;
			out = read_file(f.bytes, f.size, 4096);
			f.bytes[at] ^= 1 << bit;
			/*
			 * Some bits of a frame's header have no meaning: the recording stays valid
			 * if they change.
			 */
			if (out.result == 0)
				continue;
			assert_true(*out.why);
			assert_false(out.whole);
			assert_true(out.result == -EBADMSG || out.result == -ENODATA ||
				    out.result == -EPROTONOSUPPORT);
		}
	}
	free(f.bytes);
}

/*
 * A frame states the size of its window, for which the reader needs memory. The reader refuses
 * windows above 8 MiB.
 */
static void compressed_window(void **state)
{
	static const char plain[16] = "no recording";
	char bytes[256];
	ZSTD_CCtx *ctx = ZSTD_createCCtx();
	ZSTD_inBuffer in = { .src = plain, .size = sizeof(plain) };
	ZSTD_outBuffer out = { .dst = bytes, .size = sizeof(bytes) };
	struct outcome got;

	(void)state;
	assert_non_null(ctx);
	ZSTD_CCtx_setParameter(ctx, ZSTD_c_windowLog, 24);
	assert_true(ZSTD_compressStream2(ctx, &out, &in, ZSTD_e_flush) == 0);
	assert_true(ZSTD_compressStream2(ctx, &out, &in, ZSTD_e_end) == 0);
	ZSTD_freeCCtx(ctx);
	got = read_file(bytes, out.pos, 4096);
	assert_int_equal(got.result, -EPROTONOSUPPORT);
	assert_string_equal(got.why,
			    "was compressed with a window above 8 MiB: decompress it before");
}

/*
 * et_recording_writer_size_with() returns an upper bound of the recording's final size, also after
 * flushes that have ended chunks.
 */
static void size_with(void **state)
{
	static char text[4096];
	static struct et_file_account all[ET_EVENT_TYPES];
	struct et_recording_totals largest = totals;
	__u32 random = 1;

	(void)state;
	largest.accounts = all;
	largest.count = ET_EVENT_TYPES;
	memset(text, 'x', sizeof(text));
	for (unsigned int records = 1; records < 200; records++) {
		int fd = memory_file_new();
		struct et_recording_writer *w = begin(fd);
		__u64 size = 0, clock = 0;

		assert_int_equal(et_recording_writer_size_with(w, 100), 0);
		for (unsigned int i = 0; i < records; i++) {
			et_record_begin(&rec, ET_PROCESS_EXEC);
			et_record_var(&rec, ET_VAR_FILENAME, text, random_number(&random) % 4096);
			clock += random_number(&random) % 8 == 0;
			size = et_recording_writer_size_with(w, et_record_len(&rec));
			assert_true(i ? size > 0 : size == 0);
			assert_int_equal(
				et_recording_writer_add(w, rec.bytes, et_record_len(&rec), clock),
				0);
			if (random_number(&random) % 16 == 0)
				assert_int_equal(et_recording_writer_flush(w), 0);
		}
		assert_int_equal(et_recording_writer_end(w, &largest), 0);
		if (records > 1)
			assert_in_range(et_recording_writer_bytes(w), size - 32, size);
		et_recording_writer_free(w);
		close(fd);
	}
}

static void unreadable(void **state)
{
	struct et_recording_reader *reader = NULL;
	int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)state;
	assert_int_equal(et_recording_reader_new(fd, &reader), 0);
	assert_int_equal(et_recording_reader_fill(reader), -EISDIR);
	et_recording_reader_free(reader);
	et_recording_reader_free(NULL);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(flipped_anywhere),
		cmocka_unit_test(parts_moved),
		cmocka_unit_test(other_programs),
		cmocka_unit_test(other_machines),
		cmocka_unit_test(impossible_numbers),
		cmocka_unit_test(hostile),
		cmocka_unit_test(names),
		cmocka_unit_test(many_names),
		cmocka_unit_test(large),
		cmocka_unit_test(live),
		cmocka_unit_test(unwritable),
		cmocka_unit_test(unreadable),
		cmocka_unit_test(size_with),
		cmocka_unit_test(compressed),
		cmocka_unit_test(compressed_cut),
		cmocka_unit_test(compressed_flipped),
		cmocka_unit_test(compressed_window),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
