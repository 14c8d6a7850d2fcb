/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The record format: the binary form of an event, which BPF programs put into a ring and user space
 * reads from it.
 *
 * A record begins with a fixed part, a struct of schema.h that begins with struct et_header. The
 * event's variable-length fields follow. Each is a struct et_var and its bytes, padded to
 * ET_VAR_ALIGN. Numbers are in the host's byte order: both sides are on one host.
 *
 * Both sides include this file, so it includes nothing. BPF programs include vmlinux.h first, user
 * space <linux/types.h>.
 */
#ifndef ET_WIRE_H
#define ET_WIRE_H

/* Version of the record format. It changes when an older reader would misread a new record. */
#define ET_WIRE_VERSION 2

/*
 * Number of the newest record layouts in schema.def: the largest generation of an ET_SINCE. It
 * increases with the first row that is appended after a release. Recordings of earlier generations
 * can still be read.
 */
#define ET_GENERATION 3

/* Variable-length fields begin at multiples of this many bytes from the record's start. */
#define ET_VAR_ALIGN      4
#define ET_VAR_ALIGNED(n) (((n) + (ET_VAR_ALIGN - 1)) & ~(ET_VAR_ALIGN - 1))

/* Largest number of variable-length fields of an event. */
#define ET_VARS_MAX 8

/*
 * Lanes of each CPU. BPF programs on one CPU interrupt and preempt each other, so each claims one
 * of the CPU's lanes while it builds a record. A lane numbers its records, so a reader that reads
 * them in order can detect missing ones.
 */
#define ET_LANES 4

/*
 * Ring classes: the ring that carries an event. A flood of events in one ring does not displace
 * events of the other.
 */
enum et_ring_class {
	ET_RING_LIFECYCLE = 0,
	ET_RING_BULK = 1,
	ET_RING_CLASSES = 2,
	/* One more ring, only to wake the reader: it has room when the others are full. */
	ET_RING_WAKE = ET_RING_CLASSES,
	ET_RINGS,
};

enum et_record_layout {
	ET_FORMAT_VARLEN = 1, /* each variable-length field takes the bytes that it has */
	/*
	 * each variable-length field takes its cap, the largest size that it can have in a record
	 */
	ET_FORMAT_FIXED = 2,
};

/* How BPF programs make a record. User space chooses before it loads the programs. */
enum et_emit_mode {
	ET_EMIT_COPY = 1,  /* packed: built in scratch memory, then copied into the ring (varlen) */
	ET_EMIT_FIXED = 2, /* each field takes its cap; built in the ring (fixed) */
	ET_EMIT_IN_PLACE = 3, /* packed: first measured, then built in the ring (direct) */
	/* packed: ET_EMIT_IN_PLACE for records from direct_from bytes on, else ET_EMIT_COPY */
	ET_EMIT_BY_SIZE = 4,
};

/* The header, with which every record begins. */
struct et_header {
	__u64 ts;     /* time of the event: CLOCK_MONOTONIC, nanoseconds */
	__u64 seq;    /* sequence number of the record in its CPU, lane and ring, from 0 on */
	__u32 size;   /* bytes of the record with this header; the ring may round them up */
	__u16 type;   /* enum et_event_type or enum et_synthetic_type */
	__u8 version; /* ET_WIRE_VERSION */
	__u8 format;  /* enum et_record_layout */
	__u16 cpu;
	__u8 lane;
	__u8 ring;   /* enum et_ring_class */
	__u16 vars;  /* variable-length fields after the fixed part */
	__u16 fixed; /* bytes of the fixed part with this header */
/* defined only in a test, to show that the benchmarks detect larger records */
#ifdef ET_LARGER_RECORDS
	__u8 larger[64];
#endif
};

enum et_var_flags {
	/* The field is longer than its cap: `size` bytes follow, of `orig` in all. */
	ET_VAR_F_TRUNCATED = 1 << 0,
	/* Memory of the process could not be read: the field's bytes after `size` are unknown. */
	ET_VAR_F_FAULT = 1 << 1,
	/* The path is that of an unlinked file: where the file was. */
	ET_VAR_F_DELETED = 1 << 2,
	/* The path does not lead to the process's root: it begins at the root of the last mount. */
	ET_VAR_F_UNREACHABLE = 1 << 3,
	/*
	 * The beginning of a path or the end of a string is missing, and its length is unknown:
	 * `orig` is a lower bound.
	 */
	ET_VAR_F_PARTIAL = 1 << 4,
	/*
	 * The lookup of the path did not find the file: the record has no data of the file. If
	 * symbolic links or mounts could not be followed, the path is as the process gave it, made
	 * absolute.
	 */
	ET_VAR_F_UNRESOLVED = 1 << 5,
};

/* Header of a variable-length field. The field's bytes follow, without a terminator. */
struct et_var {
	__u32 orig;  /* length of the field in bytes before its cap cut it */
	__u32 size;  /* bytes of the field in the record, without padding */
	__u16 type;  /* enum et_var_type */
	__u16 flags; /* enum et_var_flags */
};

/* Counters of one event type, which BPF programs increment. */
struct et_counts {
	__u64 sent; /* events whose record is in the ring */
	__u64 lost; /* events without a record in the ring; enum et_lost_cause says why */
	/* events left out on purpose: by a filter, or because the tracer caused them */
	__u64 filtered;
	__u64 truncated; /* events in `sent` with at least one variable-length field cut */
	__u64 bytes;     /* bytes of the records in `sent` */
};

#endif /* ET_WIRE_H */
