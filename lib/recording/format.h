/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files of records, as docs/record-format.md describes them:
 *
 *	header, a row for each event type | chunk: record record ... | chunk ... | end, accounts
 *
 * Numbers are in the byte order of the host that wrote the file, as in the records. Every part
 * begins at a multiple of 8, so that records can be decoded in place.
 *
 * Each part begins with a CRC-32C that continues the CRC of the part before it. So if the CRC of a
 * part is right, all parts before it are right, and none is missing between them.
 */
#ifndef ET_RECORDING_FORMAT_H
#define ET_RECORDING_FORMAT_H

#include <linux/types.h>
#include <stddef.h>

/* A byte that is not ASCII, and line ends: a copy as text would change it. */
#define ET_FILE_MAGIC      "\211ETR\r\n\032\n"
#define ET_FILE_BYTE_ORDER 0x01020304u

/* Changes when an older program would misread a new file. */
#define ET_FILE_VERSION 1

#define ET_FILE_CHUNK 0x4b4e4843u /* "CHNK" */
#define ET_FILE_END   0x444e4521u /* "!END" */

#define ET_FILE_ALIGN      8
#define ET_FILE_ALIGNED(n) (((n) + (ET_FILE_ALIGN - 1)) & ~(size_t)(ET_FILE_ALIGN - 1))

/* Maximum sizes that are written and accepted: a record, a chunk's records, rows of a table. */
#define ET_FILE_RECORD_MAX (256 * 1024)
#define ET_FILE_CHUNK_MAX  (2 * ET_FILE_RECORD_MAX)
#define ET_FILE_ROWS_MAX   64

#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wpadded"

/* All versions of the format have the same fields up to `version`. */
struct et_file_header {
	char magic[8];
	__u32 byte_order;
	__u32 crc;  /* of the bytes after it, rows included */
	__u32 size; /* of the header in bytes, rows included; a multiple of 8 */
	__u16 version;
	__u16 wire_version;
	__u32 machine; /* EM_X86_64 of <elf.h>, for example */
	__u32 events;  /* rows that follow */
	__u32 cpus_possible;
	__u32 pad;
	__u64 clock_offset; /* CLOCK_REALTIME - CLOCK_MONOTONIC in ns, when it was begun; wraps */
	char program[32];   /* "eventstrace 0.1.0", NUL-padded */
};

/* An event type, or ET_LOST, that the file may contain, with its et_wire_event_hash(). */
struct et_file_event {
	__u64 hash;
	__u32 id;
	__u32 pad;
};

struct et_file_chunk {
	__u32 magic;
	__u32 crc;          /* of the rest of this struct; continues that of the part before */
	__u32 size;         /* bytes of the records that follow */
	__u32 records;      /* number of them, at least one */
	__u64 clock_offset; /* add it to these records' CLOCK_MONOTONIC to get wall-clock time */
};

/* Precedes each record; the record's bytes follow, then zeroes up to a multiple of 8. */
struct et_file_record {
	__u32 crc;  /* of size, record and zeroes; continues that of the part before */
	__u32 size; /* of the record, without the zeroes */
};

enum et_file_flags {
	ET_FILE_ACCOUNTED = 1 << 0, /* every event was accounted for */
};

struct et_file_end {
	__u32 magic;
	__u32 crc;  /* of the bytes after it, rows included; continues that of the part before */
	__u32 rows; /* rows that follow */
	__u32 flags;
	__u64 records;        /* records in the file */
	__u64 missing;        /* as in struct et_session_stats */
	__u64 lost_told;      /* as in struct et_session_stats */
	char wire_format[16]; /* "varlen", NUL-padded */
};

/* Counts of one event type: struct et_event_stats, without the reader's own counts. */
struct et_file_account {
	__u32 id;
	__u32 pad;
	__u64 attempted;
	__u64 sent;
	__u64 lost;
	__u64 filtered;
	__u64 truncated;
	__u64 bytes;
};

#pragma GCC diagnostic pop

/* Bytes of a struct after one of its members. */
#define ET_FILE_BEHIND(type, member) \
	(sizeof(type) - offsetof(type, member) - sizeof(((type *)NULL)->member))

#endif /* ET_RECORDING_FORMAT_H */
