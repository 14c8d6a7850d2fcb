/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The structs of a recording, a file of records; docs/record-format.md describes the format:
 *
 *	header, a row for each event type | names | chunk: record record ... | chunk ... | end,
 *	accounts
 *
 * Numbers are in the byte order of the host that wrote the file, as in the records. Every part
 * begins at a multiple of 8, so that records can be decoded in place.
 *
 * Each part begins with a CRC-32C that continues the CRC of the part before. So if a part's CRC is
 * right, all parts before it are right, and no part between is missing.
 */
#ifndef ET_RECORDING_FORMAT_H
#define ET_RECORDING_FORMAT_H

#include <linux/types.h>
#include <stddef.h>

/*
 * The first bytes of every recording. A transfer in text mode changes line ends or the byte 0211,
 * so the reader detects such damage at once.
 */
#define ET_FILE_MAGIC      "\211ETR\r\n\032\n"
#define ET_FILE_BYTE_ORDER 0x01020304u

/*
 * Version of the file format. A format that older versions of eventstrace would misread gets the
 * next number. Files of all versions from ET_FILE_VERSION_MIN can be read. Version 2 added struct
 * et_file_origin, version 3 struct et_file_names.
 */
#define ET_FILE_VERSION     3
#define ET_FILE_VERSION_MIN 1

#define ET_FILE_CHUNK 0x4b4e4843u /* "CHNK": the value of et_file_chunk.magic */
#define ET_FILE_END   0x444e4521u /* "!END": the value of et_file_end.magic */
#define ET_FILE_NAMES 0x454d414eu /* "NAME": the value of et_file_names.magic */

#define ET_FILE_ALIGN      8
#define ET_FILE_ALIGNED(n) (((n) + (ET_FILE_ALIGN - 1)) & ~(size_t)(ET_FILE_ALIGN - 1))

/*
 * Limits for the writer and the reader:
 *	RECORD_MAX	bytes of a record
 *	CHUNK_MAX	bytes of all records of a chunk
 *	ROWS_MAX	rows after the header, and after the struct et_file_end
 *	NAME_MAX	bytes of a name of a user or a group
 *	NAMES_MAX	names in a struct et_file_names
 */
#define ET_FILE_RECORD_MAX (256 * 1024)
#define ET_FILE_CHUNK_MAX  (2 * ET_FILE_RECORD_MAX)
#define ET_FILE_ROWS_MAX   64
#define ET_FILE_NAME_MAX   32
#define ET_FILE_NAMES_MAX  64

#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wpadded"

/* The header of a recording. All versions of the format have the same members up to `version`. */
struct et_file_header {
	char magic[8];
	__u32 byte_order;
	__u32 crc; /* CRC-32C of all bytes after this member, up to the end of the `size` bytes */
	/* bytes of the header, the rows after it and the struct et_file_origin; a multiple of 8 */
	__u32 size;
	__u16 version;
	__u16 wire_version;
	__u32 machine; /* CPU architecture, such as EM_X86_64 of <elf.h> */
	__u32 events;  /* number of struct et_file_event that follow the header */
	__u32 cpus_possible;
	/* Bytes of the struct et_file_origin after the rows. 0 in version 1, which has none. */
	__u32 origin_size;
	/* CLOCK_REALTIME - CLOCK_MONOTONIC in ns when the recording began; wraps if negative */
	__u64 clock_offset;
	char program[32]; /* name and version of the writer, such as "eventstrace 0.1.0" */
};

/*
 * One row after the recording's header: an event type, or ET_LOST, whose records the recording may
 * contain.
 */
struct et_file_event {
	__u64 hash; /* et_wire_event_hash(): identifies the layout of this event type's records */
	__u32 id;
	__u32 pad;
};

/*
 * The origin of a recording: host, boot and position in the session. It follows the rows of the
 * header. A later version may append members: a reader uses those that it knows, and takes missing
 * ones for 0.
 */
struct et_file_origin {
	char host[72]; /* name of the host, with a terminating 0; empty: unknown */
	/* /proc/sys/kernel/random/boot_id, with a terminating 0; empty: unknown */
	char boot_id[40];
	/* Number of records in all earlier recordings of the same session. */
	__u64 first_seq;
	/*
	 * Identifies the session: a random UUID with a terminating 0. Empty: unknown, as in a
	 * recording that lacks this member and the next one.
	 */
	char session[40];
	/* Number of the segment, as in the name of its file; 0: the recording is no segment. */
	__u64 segment;
	__u32 flags; /* enum et_file_origin_flags */
	__u32 pad;
};

enum et_file_origin_flags {
	/*
	 * The recording has the names of all users and groups of its events. If a user or a group
	 * is in no struct et_file_names, it had no name on the recording's host.
	 */
	ET_FILE_HAS_NAMES = 1 << 0,
};

/*
 * Largest et_file_header.origin_size that the reader accepts. It leaves room for members that later
 * versions append to struct et_file_origin.
 */
#define ET_FILE_ORIGIN_MAX 4096

/*
 * The header of a chunk, a group of records. Each record follows with a struct et_file_record
 * before it.
 */
struct et_file_chunk {
	__u32 magic; /* always ET_FILE_CHUNK: marks the beginning of a chunk */
	/* CRC-32C of the following members; continues the CRC of the part before */
	__u32 crc;
	/* bytes of all records of the chunk, with a struct et_file_record for each */
	__u32 size;
	__u32 records;      /* number of records in the chunk, at least one */
	__u64 clock_offset; /* CLOCK_REALTIME - CLOCK_MONOTONIC of these records, in ns */
};

/*
 * Stands before each record of a chunk. The record's bytes follow, then zeroes up to a multiple of
 * 8.
 */
struct et_file_record {
	__u32 crc;  /* CRC-32C of size, record and zeroes; continues the CRC of the part before */
	__u32 size; /* bytes of the record, without the zeroes */
};

/*
 * A group of names of users and groups, between chunks. A name applies to all records that follow,
 * until another name of the same user or group.
 */
struct et_file_names {
	__u32 magic; /* always ET_FILE_NAMES: marks the beginning of a group */
	/* CRC-32C of the following members and entries; continues the CRC of the part before */
	__u32 crc;
	__u32 size;  /* bytes of all entries */
	__u32 count; /* number of struct et_file_name that follow, at least one */
};

enum et_file_name_kind {
	ET_FILE_NAME_USER,
	ET_FILE_NAME_GROUP,
	ET_FILE_NAME_KINDS,
};

/* The bytes of the name follow, then zeroes up to a multiple of 8. */
struct et_file_name {
	__u32 id;   /* the user, or the group */
	__u16 kind; /* enum et_file_name_kind */
	/*
	 * bytes of the name, at most ET_FILE_NAME_MAX; 0: from here on, the user or group has no
	 * name
	 */
	__u16 size;
};

enum et_file_flags {
	ET_FILE_ACCOUNTED = 1 << 0, /* no event is missing: et_session_stats.accounted */
	ET_FILE_LAST = 1 << 1,      /* the session ended with this recording */
};

/* The end of a recording. A recording without it was cut off. */
struct et_file_end {
	__u32 magic; /* always ET_FILE_END: marks the end of the recording */
	/* CRC-32C of all following bytes and rows; continues the CRC of the part before */
	__u32 crc;
	__u32 rows;    /* number of struct et_file_account that follow this struct */
	__u32 flags;   /* a mask of enum et_file_flags */
	__u64 records; /* number of records in the recording */
	/* et_session_stats.missing: attempted events, neither received nor known as lost */
	__u64 missing;
	/* et_session_stats.lost_told: lost events that the session knows of, plus `missing` */
	__u64 lost_told;
	char wire_format[16]; /* emit mode, such as "varlen", padded with zeroes */
};

/*
 * The counts of one event type, from the BPF programs, at the end of a recording. The members mean
 * the same as in struct et_event_stats.
 */
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

/* Number of bytes of the struct @type that follow @member. */
#define ET_FILE_BEHIND(type, member) \
	(sizeof(type) - offsetof(type, member) - sizeof(((type *)NULL)->member))

#endif /* ET_RECORDING_FORMAT_H */
