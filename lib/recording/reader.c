/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/recording/reader.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/include/eventstrace.h"
#include "lib/recording/crc32c.h"
#include "lib/recording/elf_machine.h"
#include "lib/recording/input.h"
#include "lib/wire/hash.h"
#include "lib/wire/schema.h"

/*
 * Size of the read buffer in bytes: enough for the largest record, and small enough for the CPU's
 * cache.
 */
#define BUFFER (2 * ET_FILE_RECORD_MAX)

/* What the reader expects next in the recording. */
enum place {
	AT_HEADER,
	AT_CHUNK, /* the next chunk, names, or the end of the recording */
	AT_RECORD,
	BEHIND_END,
};

struct et_recording_reader {
	struct et_input *input;
	bool eof;
	bool growing; /* et_recording_reader_set_growing() */
	enum place place;
	int failed;    /* negative errno that each further call returns; 0: no failure */
	char why[256]; /* the failure as text: et_recording_reader_why() */

	char *buf;    /* uncompressed bytes of the file; room for BUFFER bytes */
	size_t pos;   /* index in buf of the next byte to interpret; a multiple of 8 */
	size_t len;   /* number of bytes in buf, also those before pos */
	__u64 offset; /* position of the byte buf[pos] in the uncompressed file */
	__u32 crc;    /* CRC-32C of all bytes of the file before buf[pos] */

	/* header of the current chunk; `size` and `records` count only records not yet returned */
	struct et_file_chunk chunk;
	__u64 records; /* number of records returned so far */
	/* event types that the file's header lists, mask of ET_EVENT_BIT */
	__u64 events;
	/* schema generation of each event type's records; 0: the header does not list the type */
	__u8 generations[ET_EVENT_TYPES];
	__u8 lost_generation; /* schema generation of LOST records */
	struct et_file_header header;
	struct et_file_origin origin;
	bool has_origin; /* false: the recording has version 1 */
	struct et_recording_account account;
	et_recording_name_fn *on_name; /* NULL: names are skipped */
	void *on_name_ctx;
};

/* Make a reader that owns @input. If @input is NULL, there was no memory for it: fail. */
static int new_reader(struct et_input *input, struct et_recording_reader **ret)
{
	struct et_recording_reader *reader = calloc(1, sizeof(*reader));

	if (!reader) {
		et_input_free(input);
		return -ENOMEM;
	}
	reader->input = input;
	reader->buf = malloc(BUFFER);
	if (!reader->buf || !input) {
		et_recording_reader_free(reader);
		return -ENOMEM;
	}
	*ret = reader;
	return 0;
}

int et_recording_reader_new(int fd, struct et_recording_reader **ret)
{
	struct et_input *input = NULL;

	(void)et_input_new(fd, &input);
	return new_reader(input, ret);
}

int et_recording_reader_new_on_bytes(const void *bytes, size_t size,
				     struct et_recording_reader **ret)
{
	struct et_input *input = NULL;

	(void)et_input_new_on_bytes(bytes, size, &input);
	return new_reader(input, ret);
}

void et_recording_reader_on_name(struct et_recording_reader *reader, et_recording_name_fn *fn,
				 void *ctx)
{
	reader->on_name = fn;
	reader->on_name_ctx = ctx;
}

__attribute__((format(printf, 3, 4))) static int fail(struct et_recording_reader *reader, int r,
						      const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(reader->why, sizeof(reader->why), fmt, args);
	va_end(args);
	reader->failed = r;
	return r;
}

/* Report that a checksum or a size in the recording is wrong. */
static int fail_damaged(struct et_recording_reader *reader)
{
	return fail(reader, -EBADMSG, "is damaged");
}

int et_recording_reader_fill(struct et_recording_reader *reader)
{
	ssize_t n;

	/*
	 * Move the uninterpreted bytes to the front of the buffer, to make room. They stay 8-byte
	 * aligned, because pos is a multiple of 8.
	 */
	if (reader->pos) {
		reader->len -= reader->pos;
		memmove(reader->buf, reader->buf + reader->pos, reader->len);
		reader->pos = 0;
	}
	n = et_input_read(reader->input, reader->buf + reader->len, BUFFER - reader->len);
	if (n == -EBADMSG)
		return fail_damaged(reader);
	if (n == -EFBIG)
		return fail(reader, -EPROTONOSUPPORT,
			    "was compressed with a window above %d MiB: decompress it before",
			    1 << (ET_INPUT_WINDOW_LOG - 20));
	if (n < 0)
		return (int)n;
	reader->len += (size_t)n;
	if (n == 0 && reader->growing)
		return -EAGAIN;
	reader->eof = !reader->growing && et_input_at_end(reader->input);
	return 1;
}

void et_recording_reader_set_growing(struct et_recording_reader *reader, bool growing)
{
	reader->growing = growing;
}

bool et_recording_reader_holds(const struct et_recording_reader *reader)
{
	return et_input_holds(reader->input);
}

bool et_recording_reader_is_compressed(const struct et_recording_reader *reader)
{
	return et_input_is_compressed(reader->input);
}

/*
 * Check that the buffer contains at least @bytes uninterpreted bytes. Return: 0; -EAGAIN if the
 * caller must read more; -ENODATA if the file ends before them.
 */
static int need(struct et_recording_reader *reader, size_t bytes)
{
	if (reader->len - reader->pos >= bytes)
		return 0;
	if (!reader->eof)
		return -EAGAIN;
	return fail(reader, -ENODATA, "is cut off");
}

/*
 * Move the position behind a part of the file that was checked. The part has @bytes bytes; @crc is
 * its checksum.
 */
static void take(struct et_recording_reader *reader, size_t bytes, __u32 crc)
{
	reader->pos += bytes;
	reader->offset += bytes;
	reader->crc = crc;
}

/*
 * Make text from a recording safe to print. A hostile file may contain control characters: replace
 * them, and add a terminating 0.
 */
static void clean(char *text, size_t room)
{
	text[room - 1] = '\0';
	for (; *text; text++) {
		if (*text < 0x20 || *text > 0x7e)
			*text = '?';
	}
}

/* The name of an event type, for messages; NULL: unknown. */
static const char *name_of(unsigned int id)
{
	size_t count;
	const struct et_event_info *infos = et_event_infos(&count);

	for (size_t i = 0; i < count; i++) {
		if (infos[i].id == id)
			return infos[i].flag;
	}
	return id == ET_LOST ? "LOST" : NULL;
}

/* Copy the members of the origin that the recording has and this version knows. */
static void take_origin(struct et_recording_reader *reader, const void *from, size_t size)
{
	struct et_file_origin *origin = &reader->origin;

	memcpy(origin, from, size < sizeof(*origin) ? size : sizeof(*origin));
	origin->host[sizeof(origin->host) - 1] = '\0';
	origin->boot_id[sizeof(origin->boot_id) - 1] = '\0';
	origin->session[sizeof(origin->session) - 1] = '\0';
	reader->has_origin = size;
}

/*
 * Check that this version of eventstrace can read the recording: format version, CPU architecture,
 * event types and layouts of records.
 */
static int check_header(struct et_recording_reader *reader, const struct et_file_header *header,
			const struct et_file_event *rows)
{
	const size_t origin_size = header->version > 1 ? header->origin_size : 0;
	__u64 events = 0;
	char program[sizeof(header->program)];

	if (header->version < ET_FILE_VERSION_MIN || header->version > ET_FILE_VERSION)
		return fail(reader, -EPROTONOSUPPORT,
			    "has version %u of the file format; this program reads versions %u to "
			    "%u",
			    header->version, ET_FILE_VERSION_MIN, ET_FILE_VERSION);
	memcpy(program, header->program, sizeof(program));
	clean(program, sizeof(program));
	if (header->wire_version != ET_WIRE_VERSION)
		return fail(reader, -EPROTONOSUPPORT,
			    "was recorded by %s with version %u of the record format; this program "
			    "reads version %u",
			    program, header->wire_version, ET_WIRE_VERSION);
	if (!et_elf_machine_is_readable(header->machine))
		return fail(reader, -EPROTONOSUPPORT,
			    "was recorded by %s on another kind of machine (ELF number %u, this is "
			    "%u)",
			    program, header->machine, ET_ELF_MACHINE);
	if (header->events > ET_FILE_ROWS_MAX || origin_size > ET_FILE_ORIGIN_MAX ||
	    header->size != sizeof(*header) + header->events * sizeof(*rows) + origin_size)
		return fail_damaged(reader);

	for (unsigned int i = 0; i < header->events; i++) {
		const char *name = name_of(rows[i].id);
		unsigned int generation;

		if (!name)
			return fail(reader, -EPROTONOSUPPORT,
				    "was recorded by %s with events of type %u, which this program "
				    "does not know",
				    program, rows[i].id);
		generation = et_wire_layout_generation(rows[i].id, rows[i].hash);
		if (!generation)
			return fail(reader, -EPROTONOSUPPORT,
				    "was recorded by %s, which had another layout of %s", program,
				    name);
		if (rows[i].id < ET_EVENT_TYPES) {
			events |= ET_EVENT_BIT(rows[i].id);
			reader->generations[rows[i].id] = (__u8)generation;
		} else {
			reader->lost_generation = (__u8)generation;
		}
	}
	reader->events = events;
	reader->header = *header;
	memcpy(reader->header.program, program, sizeof(program));
	take_origin(reader, rows + header->events, origin_size);
	return 0;
}

static int read_header(struct et_recording_reader *reader)
{
	const struct et_file_header *header = (const void *)(reader->buf + reader->pos);
	size_t known = reader->len - reader->pos;
	int r;

	if (known > sizeof(header->magic))
		known = sizeof(header->magic);
	if (memcmp(header->magic, ET_FILE_MAGIC, known) != 0)
		return fail(reader, -EPROTONOSUPPORT, "is no recording");
	r = need(reader, offsetof(struct et_file_header, version));
	if (r < 0)
		return r;
	if (header->byte_order == __builtin_bswap32(ET_FILE_BYTE_ORDER))
		return fail(reader, -EPROTONOSUPPORT,
			    "was recorded on a machine of the other byte order");
	if (header->byte_order != ET_FILE_BYTE_ORDER || header->size < sizeof(*header) ||
	    header->size % ET_FILE_ALIGN ||
	    header->size > sizeof(*header) + ET_FILE_ROWS_MAX * sizeof(struct et_file_event) +
				   ET_FILE_ORIGIN_MAX)
		return fail_damaged(reader);
	r = need(reader, header->size);
	if (r < 0)
		return r;
	if (header->crc !=
	    et_crc32c(0, &header->size, header->size - offsetof(struct et_file_header, size)))
		return fail_damaged(reader);
	r = check_header(reader, header, (const void *)(header + 1));
	if (r < 0)
		return r;
	take(reader, header->size, header->crc);
	reader->place = AT_CHUNK;
	return 0;
}

static int read_end(struct et_recording_reader *reader)
{
	const struct et_file_end *end = (const void *)(reader->buf + reader->pos);
	struct et_recording_account *account = &reader->account;
	size_t size;
	int r;

	r = need(reader, sizeof(*end));
	if (r < 0)
		return r;
	if (end->rows > ET_FILE_ROWS_MAX)
		return fail_damaged(reader);
	size = sizeof(*end) + end->rows * sizeof(account->rows[0]);
	r = need(reader, size);
	if (r < 0)
		return r;
	if (end->crc !=
		    et_crc32c(reader->crc, &end->rows, size - offsetof(struct et_file_end, rows)) ||
	    end->records != reader->records)
		return fail_damaged(reader);

	account->accounted = end->flags & ET_FILE_ACCOUNTED;
	account->last = end->flags & ET_FILE_LAST;
	account->missing = end->missing;
	account->lost_told = end->lost_told;
	account->records = end->records;
	account->count = end->rows;
	memcpy(account->rows, end + 1, size - sizeof(*end));
	memcpy(account->wire_format, end->wire_format, sizeof(account->wire_format));
	clean(account->wire_format, sizeof(account->wire_format));
	take(reader, size, end->crc);
	reader->place = BEHIND_END;
	return 0;
}

/* Check the entries of @names, and pass them to on_name. The caller has verified the checksum. */
static int take_names(struct et_recording_reader *reader, const struct et_file_names *names)
{
	const char *p = (const char *)(names + 1), *end = p + names->size;
	int r = 0;

	for (__u32 i = 0; i < names->count && r == 0; i++) {
		struct et_file_name name;

		if ((size_t)(end - p) < sizeof(name))
			return fail_damaged(reader);
		memcpy(&name, p, sizeof(name));
		p += sizeof(name);
		if (name.kind >= ET_FILE_NAME_KINDS || name.size > ET_FILE_NAME_MAX ||
		    ET_FILE_ALIGNED((size_t)name.size) > (size_t)(end - p))
			return fail_damaged(reader);
		if (reader->on_name)
			r = reader->on_name(reader->on_name_ctx, name.kind, name.id, p, name.size);
		p += ET_FILE_ALIGNED((size_t)name.size);
	}
	if (r < 0)
		return fail(reader, r, "cannot be read: %s", strerror(-r));
	return p == end ? 0 : fail_damaged(reader);
}

static int read_names(struct et_recording_reader *reader)
{
	const struct et_file_names *names = (const void *)(reader->buf + reader->pos);
	size_t size;
	int r;

	r = need(reader, sizeof(*names));
	if (r < 0)
		return r;
	if (!names->count || names->count > ET_FILE_NAMES_MAX || names->size % ET_FILE_ALIGN ||
	    names->size > names->count * (sizeof(struct et_file_name) + ET_FILE_NAME_MAX))
		return fail_damaged(reader);
	size = sizeof(*names) + names->size;
	r = need(reader, size);
	if (r < 0)
		return r;
	if (names->crc !=
	    et_crc32c(reader->crc, &names->size, size - offsetof(struct et_file_names, size)))
		return fail_damaged(reader);
	r = take_names(reader, names);
	if (r == 0)
		take(reader, size, names->crc);
	return r;
}

static int read_chunk(struct et_recording_reader *reader)
{
	const struct et_file_chunk *chunk = (const void *)(reader->buf + reader->pos);
	int r;

	if (reader->eof && reader->len == reader->pos)
		return fail(reader, -ENODATA, "was never finished");
	r = need(reader, sizeof(chunk->magic));
	if (r < 0)
		return r;
	if (chunk->magic == ET_FILE_END)
		return read_end(reader);
	if (chunk->magic == ET_FILE_NAMES && reader->header.version >= 3)
		return read_names(reader);
	if (chunk->magic != ET_FILE_CHUNK)
		return fail_damaged(reader);
	r = need(reader, sizeof(*chunk));
	if (r < 0)
		return r;
	if (chunk->crc != et_crc32c(reader->crc, &chunk->size,
				    ET_FILE_BEHIND(struct et_file_chunk, crc)) ||
	    !chunk->records || chunk->size > ET_FILE_CHUNK_MAX || chunk->size % ET_FILE_ALIGN)
		return fail_damaged(reader);
	reader->chunk = *chunk;
	take(reader, sizeof(*chunk), chunk->crc);
	reader->place = AT_RECORD;
	return 0;
}

/* Read one record of the current chunk. This is the hot path of a replay. */
static int read_record(struct et_recording_reader *reader, struct et_recorded *ret)
{
	const struct et_file_record *record = (const void *)(reader->buf + reader->pos);
	struct et_file_chunk *chunk = &reader->chunk;
	size_t size;
	__u32 crc;
	int r;

	r = need(reader, sizeof(*record));
	if (r < 0)
		return r;
	size = record->size;
	if (size > ET_FILE_RECORD_MAX)
		return fail_damaged(reader);
	size = sizeof(*record) + ET_FILE_ALIGNED(size);
	/* The last record of a chunk must end exactly where the chunk ends. */
	if (chunk->records == 1 ? size != chunk->size : size > chunk->size)
		return fail_damaged(reader);
	r = need(reader, size);
	if (r < 0)
		return r;
	crc = et_crc32c(reader->crc, &record->size, size - offsetof(struct et_file_record, size));
	if (record->crc != crc)
		return fail_damaged(reader);

	ret->data = record + 1;
	ret->len = record->size;
	ret->clock_offset = chunk->clock_offset;
	ret->index = reader->records;
	take(reader, size, crc);
	reader->records++;
	chunk->size -= size;
	if (!--chunk->records)
		reader->place = AT_CHUNK;
	return 1;
}

int et_recording_reader_next(struct et_recording_reader *reader, struct et_recorded *ret)
{
	int r = reader->failed;

	while (r == 0) {
		switch (reader->place) {
		case AT_HEADER:
			r = read_header(reader);
			break;
		case AT_CHUNK:
			r = read_chunk(reader);
			break;
		case AT_RECORD:
			return read_record(reader, ret);
		case BEHIND_END:
			if (reader->len > reader->pos)
				return fail(reader, -EBADMSG, "continues after its end");
			return reader->eof ? 0 : -EAGAIN;
		}
	}
	return r;
}

const char *et_recording_reader_why(const struct et_recording_reader *reader)
{
	return reader->why;
}

__u64 et_recording_reader_offset(const struct et_recording_reader *reader)
{
	return reader->offset;
}

__u64 et_recording_reader_events(const struct et_recording_reader *reader)
{
	return reader->events;
}

unsigned int et_recording_reader_generation(const struct et_recording_reader *reader,
					    unsigned int id)
{
	unsigned int generation = 0;

	if (id == ET_LOST)
		generation = reader->lost_generation;
	else if (id < ET_EVENT_TYPES)
		generation = reader->generations[id];
	return generation ? generation : ET_GENERATION;
}

const struct et_file_header *et_recording_reader_header(const struct et_recording_reader *reader)
{
	return reader->place == AT_HEADER ? NULL : &reader->header;
}

const struct et_file_origin *et_recording_reader_origin(const struct et_recording_reader *reader)
{
	return reader->place == AT_HEADER || !reader->has_origin ? NULL : &reader->origin;
}

const struct et_recording_account *et_recording_reader_account(
	const struct et_recording_reader *reader)
{
	return reader->place == BEHIND_END ? &reader->account : NULL;
}

void et_recording_reader_free(struct et_recording_reader *reader)
{
	if (!reader)
		return;
	et_input_free(reader->input);
	free(reader->buf);
	free(reader);
}
