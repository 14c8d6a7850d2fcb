/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The wire format: the records that BPF programs put into the ring and user space reads from it.
 *
 * A record begins with a fixed part, a struct of schema.h that begins with struct et_header. The
 * event's variable-length fields follow. Each is a struct et_var and its bytes, padded to
 * ET_VAR_ALIGN. Numbers are in the host's byte order: the ring is local.
 *
 * Both sides include this file, so it includes nothing. BPF programs include vmlinux.h first, user
 * space <linux/types.h>.
 */
#ifndef ET_WIRE_H
#define ET_WIRE_H

/* Changes when an older reader would misread a new record. */
#define ET_WIRE_VERSION 2

/*
 * The generation of schema.def's layouts: the largest number of an ET_SINCE. It increases with the
 * first row that is appended after a release. Recordings of earlier generations can still be read.
 */
#define ET_GENERATION 3

/* Variable-length fields begin at multiples of this many bytes from the record's start. */
#define ET_VAR_ALIGN      4
#define ET_VAR_ALIGNED(n) (((n) + (ET_VAR_ALIGN - 1)) & ~(ET_VAR_ALIGN - 1))

/* Maximum number of variable-length fields of an event. */
#define ET_VARS_MAX 8

/*
 * Programs on one CPU interrupt and preempt each other. Each claims one of the CPU's lanes while it
 * builds a record. A lane numbers its records, so a reader that reads them in order can detect
 * missing ones.
 */
#define ET_LANES 4

/* The ring that carries an event: a flood in one ring does not displace events of the other. */
enum et_ring_class {
	ET_RING_LIFECYCLE = 0,
	ET_RING_BULK = 1,
	ET_RING_CLASSES = 2,
	/* One more ring, only for waking the reader: it has room when the others are full. */
	ET_RING_WAKE = ET_RING_CLASSES,
	ET_RINGS,
};

enum et_record_layout {
	ET_FORMAT_VARLEN = 1, /* variable-length fields packed */
	ET_FORMAT_FIXED = 2,  /* every variable-length field takes its cap */
};

/* How programs make a record; chosen when they are loaded. */
enum et_emit_mode {
	ET_EMIT_COPY = 1,     /* packed, built in scratch, copied into the ring */
	ET_EMIT_FIXED = 2,    /* a slot of its cap for every field, built in the ring */
	ET_EMIT_IN_PLACE = 3, /* packed: measured, then built in the ring */
	ET_EMIT_BY_SIZE = 4,  /* packed: direct from et_direct_from bytes on, else varlen */
};

/* The head of every record. */
struct et_header {
	__u64 ts;     /* CLOCK_MONOTONIC, nanoseconds */
	__u64 seq;    /* counts the records of this CPU, lane and ring, from 0 */
	__u32 size;   /* of the record in bytes, this header included; the ring may give more */
	__u16 type;   /* enum et_event_type */
	__u8 version; /* ET_WIRE_VERSION */
	__u8 format;  /* enum et_record_layout */
	__u16 cpu;
	__u8 lane;
	__u8 ring;       /* enum et_ring_class */
	__u16 vars;      /* number of variable-length fields after the fixed part */
	__u16 fixed;     /* size of the fixed part in bytes, this header included */
#ifdef ET_LARGER_RECORDS /* the benchmarks' gate must notice this */
	__u8 larger[64];
#endif
};

enum et_var_flags {
	/* `size` bytes follow, but the field had `orig` bytes: it was longer than its cap. */
	ET_VAR_F_TRUNCATED = 1 << 0,
	/* Memory of the process could not be read: the bytes after `size` are unknown. */
	ET_VAR_F_FAULT = 1 << 1,
	/* The path of an unlinked file: where the file was. */
	ET_VAR_F_DELETED = 1 << 2,
	/* A path that does not lead to the process's root: it begins at the last mount's root. */
	ET_VAR_F_UNREACHABLE = 1 << 3,
	/*
	 * The beginning of a path or the end of strings is missing, and its length is unknown:
	 * `orig` is a lower bound.
	 */
	ET_VAR_F_PARTIAL = 1 << 4,
	/*
	 * The kernel's file was not found by its path: the record has no file data. If symbolic
	 * links or mounts could not be followed, the path is as the process gave it, made absolute.
	 */
	ET_VAR_F_UNRESOLVED = 1 << 5,
};

/* Header of a variable-length field. Its bytes follow, without a terminator. */
struct et_var {
	__u32 orig;  /* the field's own length in bytes, before its cap */
	__u32 size;  /* bytes that follow, without padding */
	__u16 type;  /* enum et_var_type */
	__u16 flags; /* enum et_var_flags */
};

/* The programs' counters of one event type. */
struct et_counts {
	__u64 sent;      /* records in the ring */
	__u64 lost;      /* events without a record in the ring; enum et_lost_cause: why */
	__u64 filtered;  /* left out on purpose: by a filter, or the tracer's own events */
	__u64 truncated; /* sent with at least one variable-length field cut */
	__u64 bytes;     /* of the records sent */
};

#endif /* ET_WIRE_H */
