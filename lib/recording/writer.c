/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/recording/writer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/recording/crc32c.h"
#include "lib/recording/elf_machine.h"
#include "lib/recording/known_names.h"
#include "lib/recording/reader.h"
#include "lib/sink/sink.h"
#include "lib/wire/hash.h"
#include "lib/wire/schema.h"

/* Size of the largest header with its rows and the origin, in bytes. */
#define HEADER_MAX                                                                         \
	(sizeof(struct et_file_header) + ET_FILE_ROWS_MAX * sizeof(struct et_file_event) + \
	 sizeof(struct et_file_origin))

struct et_recording_writer {
	struct et_sink *sink;
	/* The incomplete chunk to which records are added now, in the sink's buffer. NULL: none. */
	struct et_file_chunk *chunk;
	/* CRC of the last part that was written; the CRC of the next part continues it */
	__u32 crc;
	__u64 records;            /* number of records in all complete chunks */
	struct known_names names; /* the names that the file has */
	/* A copy of the header with its rows and the origin: et_recording_writer_restart(). */
	union {
		struct et_file_header header;
		char bytes[HEADER_MAX];
	} head;
};

/* Size of the largest chunk with its header, in bytes. */
#define ROOM_MAX (sizeof(struct et_file_chunk) + ET_FILE_CHUNK_MAX)

/*
 * et_recording_writer_make_room() keeps room for this number of chunks: the current one, and two
 * new ones. A record begins a new chunk if the current one is full, or if CLOCK_REALTIME was set
 * since the last record. With this room, the next records need no write.
 */
#define CHUNKS_SPARE 3

_Static_assert(sizeof(struct et_file_header) % ET_FILE_ALIGN == 0, "header");
_Static_assert(sizeof(struct et_file_event) % ET_FILE_ALIGN == 0, "event");
_Static_assert(sizeof(struct et_file_origin) % ET_FILE_ALIGN == 0, "origin");
_Static_assert(sizeof(struct et_file_chunk) % ET_FILE_ALIGN == 0, "chunk");
_Static_assert(sizeof(struct et_file_record) % ET_FILE_ALIGN == 0, "record");
_Static_assert(sizeof(struct et_file_names) % ET_FILE_ALIGN == 0, "names");
_Static_assert(sizeof(struct et_file_name) % ET_FILE_ALIGN == 0, "name");
_Static_assert(sizeof(struct et_file_end) % ET_FILE_ALIGN == 0, "end");
_Static_assert(sizeof(struct et_file_account) % ET_FILE_ALIGN == 0, "account");
/*
 * The header has at most ET_EVENT_TYPES rows: event types are numbered from 1, and LOST records
 * have one row.
 */
_Static_assert(ET_EVENT_TYPES <= ET_FILE_ROWS_MAX, "more event types than a file can list");

/* Copy a text, cut to @room - 1 bytes, and fill the rest of @room with zeroes. */
static void set_text(char *to, size_t room, const char *text)
{
	memset(to, 0, room);
	memcpy(to, text, strnlen(text, room - 1));
}

static void add_row(struct et_file_header *header, const struct et_recording_reader *layouts_of,
		    unsigned int id)
{
	struct et_file_event *rows = (void *)(header + 1);
	const unsigned int generation =
		layouts_of ? et_recording_reader_generation(layouts_of, id) : ET_GENERATION;

	rows[header->events++] = (struct et_file_event){
		.hash = et_wire_layout_hash(id, generation),
		.id = id,
	};
}

/* Compute the checksum of the header, and pass the header to the sink. */
static int put_header(struct et_recording_writer *w)
{
	struct et_file_header *header = &w->head.header;
	char *buf;
	int r = et_sink_reserve(w->sink, header->size, &buf);

	if (r < 0)
		return r;
	header->crc = w->crc =
		et_crc32c(0, &header->size, header->size - offsetof(struct et_file_header, size));
	memcpy(buf, header, header->size);
	return et_sink_commit(w->sink, header->size);
}

static void make_header(struct et_recording_writer *w, const struct et_recording_about *about)
{
	struct et_file_header *header = &w->head.header;

	*header = (struct et_file_header){
		.byte_order = ET_FILE_BYTE_ORDER,
		.version = ET_FILE_VERSION,
		.wire_version = ET_WIRE_VERSION,
		.machine = ET_ELF_MACHINE,
		.cpus_possible = about->cpus_possible,
		.clock_offset = about->clock_offset,
	};
	memcpy(header->magic, ET_FILE_MAGIC, sizeof(header->magic));
	set_text(header->program, sizeof(header->program), about->program);
	for (unsigned int id = 1; id < ET_EVENT_TYPES; id++) {
		if (about->events & 1ULL << id)
			add_row(header, about->layouts_of, id);
	}
	/* Add a row for LOST records too, because any recording may contain them. */
	add_row(header, about->layouts_of, ET_LOST);
	header->origin_size = sizeof(about->origin);
	header->size = sizeof(*header) + header->events * sizeof(struct et_file_event);
	memcpy(w->head.bytes + header->size, &about->origin, sizeof(about->origin));
	header->size += header->origin_size;
}

int et_recording_writer_new(int fd, const struct et_recording_about *about,
			    struct et_recording_writer **ret)
{
	struct et_recording_writer *w = calloc(1, sizeof(*w));
	int r;

	if (!w)
		return -ENOMEM;
	r = et_fd_sink_new(fd, CHUNKS_SPARE * ROOM_MAX, false, &w->sink);
	if (r == 0 && about->compress)
		r = et_fd_sink_compress(w->sink);
	if (r < 0) {
		et_sink_free(w->sink);
		free(w);
		return r;
	}
	make_header(w, about);
	/* The sink is empty, so it has room. */
	(void)put_header(w);
	*ret = w;
	return 0;
}

size_t et_recording_writer_buffer(void)
{
	return CHUNKS_SPARE * ROOM_MAX;
}

int et_recording_writer_new_on(struct et_sink *sink, const struct et_recording_about *about,
			       struct et_recording_writer **ret)
{
	struct et_recording_writer *w = calloc(1, sizeof(*w));

	if (!w)
		return -ENOMEM;
	w->sink = sink;
	make_header(w, about);
	/* The sink is empty, so it has room. */
	(void)put_header(w);
	*ret = w;
	return 0;
}

int et_recording_writer_restart(struct et_recording_writer *w, __u64 first_seq)
{
	const struct et_file_header *header = &w->head.header;
	struct et_file_origin *origin =
		(void *)(w->head.bytes + header->size - header->origin_size);

	origin->first_seq = first_seq;
	w->records = 0;
	known_names_free(&w->names);
	return put_header(w);
}

/*
 * Complete the current chunk: compute the checksums of the chunk and of each record in it, and pass
 * the chunk to the sink.
 */
static void close_chunk(struct et_recording_writer *w)
{
	struct et_file_chunk *chunk = w->chunk;
	char *next = (char *)(chunk + 1), *end = next + chunk->size;

	chunk->crc = et_crc32c(w->crc, &chunk->size, ET_FILE_BEHIND(struct et_file_chunk, crc));
	w->crc = chunk->crc;
	while (next < end) {
		struct et_file_record *record = (void *)next;
		size_t size = ET_FILE_ALIGNED((size_t)record->size);

		record->crc = et_crc32c(w->crc, &record->size,
					ET_FILE_BEHIND(struct et_file_record, crc) + size);
		w->crc = record->crc;
		next += sizeof(*record) + size;
	}
	w->records += chunk->records;
	w->chunk = NULL;
	et_sink_commit(w->sink, end - (char *)chunk);
}

/* Begin a chunk in the sink's buffer. */
static int open_chunk(struct et_recording_writer *w, __u64 clock_offset)
{
	char *buf;
	int r;

	r = et_sink_reserve(w->sink, ROOM_MAX, &buf);
	if (r < 0)
		return r;
	w->chunk = (void *)buf;
	*w->chunk = (struct et_file_chunk){ .magic = ET_FILE_CHUNK, .clock_offset = clock_offset };
	return 0;
}

int et_recording_writer_add(struct et_recording_writer *w, const void *rec, size_t len,
			    __u64 clock_offset)
{
	struct et_file_record *record;
	size_t size;
	char *bytes;
	int r;

	if (len > ET_FILE_RECORD_MAX)
		len = ET_FILE_RECORD_MAX;
	size = ET_FILE_ALIGNED(len);
	if (w->chunk && (w->chunk->clock_offset != clock_offset ||
			 sizeof(*record) + size > ET_FILE_CHUNK_MAX - w->chunk->size))
		close_chunk(w);
	if (!w->chunk) {
		r = open_chunk(w, clock_offset);
		if (r < 0)
			return r;
	}

	record = (void *)((char *)(w->chunk + 1) + w->chunk->size);
	record->size = len;
	bytes = (char *)(record + 1);
	memcpy(bytes, rec, len);
	memset(bytes + len, 0, size - len);
	w->chunk->size += sizeof(*record) + size;
	w->chunk->records++;
	return 0;
}

bool et_recording_writer_knows_name(const struct et_recording_writer *w,
				    enum et_file_name_kind kind, __u32 id, __u64 version)
{
	const struct known_name *known = known_names_find(&w->names, kind, id);

	return known && known->version == version;
}

static size_t size_of_name(const struct et_recording_name *name)
{
	return name->name ? strnlen(name->name, ET_FILE_NAME_MAX) : 0;
}

/* True if @name must be written: the file has, or may have, another name of this user or group. */
static bool is_new(const struct known_name *known, const struct et_recording_name *name)
{
	const size_t size = size_of_name(name);

	return known->size != size || (size && memcmp(known->name, name->name, size) != 0);
}

/* Write an entry to @p. Return: the end of the entry. */
static char *put_name(struct known_name *known, const struct et_recording_name *name, char *p)
{
	const size_t size = size_of_name(name), room = ET_FILE_ALIGNED(size);
	const struct et_file_name entry = { name->id, (__u16)name->kind, (__u16)size };

	memcpy(p, &entry, sizeof(entry));
	p += sizeof(entry);
	memset(p, 0, room);
	if (size)
		memcpy(p, name->name, size);
	memcpy(known->name, p, room);
	known->size = (unsigned char)size;
	return p + room;
}

/* Write the names that the file does not have yet. @new is their number, at least 1. */
static int write_names(struct et_recording_writer *w, const struct et_recording_name *names,
		       size_t count, size_t new)
{
	struct et_file_names *head;
	char *buf, *p;
	int r;

	if (w->chunk)
		close_chunk(w);
	r = et_sink_reserve(w->sink, ET_RECORDING_NAMES_SIZE(new), &buf);
	if (r < 0)
		return r;
	head = (void *)buf;
	p = (char *)(head + 1);
	for (size_t i = 0; i < count; i++) {
		struct known_name *known = known_names_get(&w->names, names[i].kind, names[i].id);

		if (is_new(known, &names[i]))
			p = put_name(known, &names[i], p);
	}
	*head = (struct et_file_names){
		.magic = ET_FILE_NAMES,
		.size = (__u32)(p - (char *)(head + 1)),
		.count = (__u32) new,
	};
	head->crc = w->crc = et_crc32c(w->crc, &head->size,
				       ET_FILE_BEHIND(struct et_file_names, crc) + head->size);
	et_sink_commit(w->sink, (size_t)(p - buf));
	return 0;
}

int et_recording_writer_add_names(struct et_recording_writer *w,
				  const struct et_recording_name *names, size_t count)
{
	size_t new = 0;
	int r;

	r = known_names_make_room(&w->names, count);
	if (r < 0)
		return r;
	for (size_t i = 0; i < count; i++)
		new += is_new(known_names_get(&w->names, names[i].kind, names[i].id), &names[i]);
	r = new ? write_names(w, names, count, new) : 0;
	for (size_t i = 0; i < count && r == 0; i++)
		known_names_get(&w->names, names[i].kind, names[i].id)->version = names[i].version;
	return r;
}

int et_recording_writer_make_room(struct et_recording_writer *w)
{
	if (w->sink->used + CHUNKS_SPARE * ROOM_MAX <= w->sink->cap)
		return 0;
	return et_recording_writer_flush(w);
}

const struct et_sink *et_recording_writer_sink(const struct et_recording_writer *w)
{
	return w->sink;
}

int et_recording_writer_flush(struct et_recording_writer *w)
{
	if (w->chunk)
		close_chunk(w);
	return et_sink_flush(w->sink);
}

int et_recording_writer_end(struct et_recording_writer *w, const struct et_recording_totals *totals)
{
	size_t rows_size = totals->count * sizeof(*totals->accounts);
	struct et_file_end *end;
	char *buf;
	int r;

	/*
	 * After a flush, the sink's buffer has room for the end of the recording. So
	 * et_sink_reserve() writes nothing.
	 */
	r = et_recording_writer_flush(w);
	if (r < 0)
		return r;
	r = et_sink_reserve(w->sink, sizeof(*end) + rows_size, &buf);
	if (r < 0)
		return r;
	end = (void *)buf;
	*end = (struct et_file_end){
		.magic = ET_FILE_END,
		.rows = totals->count,
		.flags = (totals->accounted ? ET_FILE_ACCOUNTED : 0) |
			 (totals->last ? ET_FILE_LAST : 0),
		.records = w->records,
		.missing = totals->missing,
		.lost_told = totals->lost_told,
	};
	set_text(end->wire_format, sizeof(end->wire_format), totals->wire_format);
	if (rows_size)
		memcpy(end + 1, totals->accounts, rows_size);
	end->crc =
		et_crc32c(w->crc, &end->rows, ET_FILE_BEHIND(struct et_file_end, crc) + rows_size);
	et_sink_commit(w->sink, sizeof(*end) + rows_size);
	return et_sink_flush(w->sink);
}

__u64 et_recording_writer_size_with(const struct et_recording_writer *w, size_t len)
{
	const size_t end =
		sizeof(struct et_file_end) + ET_EVENT_TYPES * sizeof(struct et_file_account);
	/* The record may begin a new chunk, which has a header of its own. */
	const size_t more =
		sizeof(struct et_file_chunk) + sizeof(struct et_file_record) + ET_FILE_ALIGNED(len);
	size_t unfinished = 0;

	if (w->chunk)
		unfinished = sizeof(*w->chunk) + w->chunk->size;
	else if (!w->records)
		return 0;
	/* If the file is compressed, each of these parts may have a frame of its own. */
	return w->sink->written + et_fd_sink_bound(w->sink, w->sink->used + unfinished) +
	       et_fd_sink_bound(w->sink, more) + et_fd_sink_bound(w->sink, end);
}

bool et_recording_writer_is_compressed(const struct et_recording_writer *w)
{
	return et_fd_sink_is_compressed(w->sink);
}

__u64 et_recording_writer_bytes(const struct et_recording_writer *w)
{
	return w->sink->written;
}

void et_recording_writer_free(struct et_recording_writer *w)
{
	if (!w)
		return;
	known_names_free(&w->names);
	et_sink_free(w->sink);
	free(w);
}
