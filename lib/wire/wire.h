/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The record format: the binary form of an event, which BPF programs put into a ring and user space
 * reads from it.
 *
 * A record begins with a part of fixed size: a struct of schema.h, whose first member is a struct
 * et_header. The event's variable-length fields follow. Each is a struct et_var and its bytes,
 * padded to ET_VAR_ALIGN. Numbers are in the host's byte order: both sides are on one host.
 *
 * BPF programs and user space include this file, so it includes no other. BPF programs include
 * vmlinux.h before it, user space <linux/types.h>.
 */
#ifndef ET_WIRE_H
#define ET_WIRE_H

/* Version of the record format. It changes when an old reader would misread a new record. */
#define ET_WIRE_VERSION 2

/*
 * Number of the newest generation of record layouts: the largest generation of an ET_SINCE in
 * schema.def. It increases with the first row that is added to schema.def after a release.
 * Recordings with layouts of earlier generations can still be read.
 */
#define ET_GENERATION 4

/* Variable-length fields begin at multiples of this many bytes from the record's start. */
#define ET_VAR_ALIGN      4
#define ET_VAR_ALIGNED(n) (((n) + (ET_VAR_ALIGN - 1)) & ~(ET_VAR_ALIGN - 1))

/* Largest number of variable-length fields of an event. */
#define ET_VARS_MAX 8

/*
 * Number of lanes of each CPU. A lane is a work area for building a record. BPF programs on one CPU
 * interrupt and preempt each other, so each claims one of the CPU's lanes while it builds a record.
 * The records of a lane are numbered, so that user space can detect missing ones.
 */
#define ET_LANES 4

/*
 * Ring classes: which ring carries an event. A flood of events in one ring does not take the room
 * for events of the other.
 */
enum et_ring_class {
	ET_RING_LIFECYCLE = 0,
	ET_RING_BULK = 1,
	ET_RING_CLASSES = 2,
	/*
	 * One more ring, which has no events. It is only for waking the process that reads the
	 * rings, because the other rings may be full.
	 */
	ET_RING_WAKE = ET_RING_CLASSES,
	ET_RINGS,
};

enum et_record_layout {
	ET_FORMAT_VARLEN = 1, /* each variable-length field takes only the bytes that it has */
	/*
	 * each variable-length field has room for its cap, which is the largest size of the field
	 * in a record
	 */
	ET_FORMAT_FIXED = 2,
};

/* How BPF programs make a record. User space sets this before it loads the BPF programs. */
enum et_emit_mode {
	ET_EMIT_VARLEN =
		1,         /* packed: built in scratch memory, then copied into the ring (varlen) */
	ET_EMIT_FIXED = 2, /* each field has room for its cap; built in the ring (fixed) */
	ET_EMIT_DIRECT = 3, /* packed: first measured, then built in the ring (direct) */
	/*
	 * packed: as ET_EMIT_DIRECT for records of at least direct_from bytes, as ET_EMIT_VARLEN
	 * for smaller ones
	 */
	ET_EMIT_BY_SIZE = 4,
};

/* The header, with which every record begins. */
struct et_header {
	__u64 ts;   /* time of the event: CLOCK_MONOTONIC, nanoseconds */
	__u64 seq;  /* sequence number: counted from 0 for each CPU, lane and ring */
	__u32 size; /* bytes of the record, with this header; its room in the ring may be larger */
	__u16 type; /* enum et_event_type or enum et_synthetic_type */
	__u8 version; /* ET_WIRE_VERSION */
	__u8 format;  /* enum et_record_layout */
	__u16 cpu;
	__u8 lane;
	__u8 ring;   /* enum et_ring_class */
	__u16 vars;  /* number of variable-length fields */
	__u16 fixed; /* bytes of the fixed-size part, including this header */
};

enum et_var_flags {
	/* The field was cut to its cap: the record has only `size` of its `orig` bytes. */
	ET_VAR_F_TRUNCATED = 1 << 0,
	/* Memory of the process could not be read: the field's bytes after `size` are unknown. */
	ET_VAR_F_FAULT = 1 << 1,
	/* The file is deleted (unlinked). The path is the one that the file had before. */
	ET_VAR_F_DELETED = 1 << 2,
	/*
	 * The path does not begin at the process's root directory, but at the root of a mount that
	 * the process cannot reach.
	 */
	ET_VAR_F_UNREACHABLE = 1 << 3,
	/*
	 * The beginning of a path or the end of a string is missing. The full length is unknown:
	 * `orig` is a lower bound.
	 */
	ET_VAR_F_PARTIAL = 1 << 4,
	/*
	 * The lookup of the path did not find the file, so the record has no fields of the file. If
	 * symbolic links or mounts could not be followed, the path is the one that the process
	 * gave, made absolute.
	 */
	ET_VAR_F_UNRESOLVED = 1 << 5,
};

/* Header of a variable-length field. The field's bytes follow it, without a NUL byte at the end. */
struct et_var {
	__u32 orig;  /* length of the field in bytes, before the cut to its cap */
	__u32 size;  /* bytes of the field in the record, without padding */
	__u16 type;  /* enum et_var_type */
	__u16 flags; /* enum et_var_flags */
};

/* Counters of one event type, which BPF programs increment. */
struct et_counts {
	__u64 sent; /* events whose record is in the ring */
	__u64 lost; /* events whose record could not be sent: see enum et_lost_cause */
	/* events left out on purpose: dropped by a filter, or caused by the tracer itself */
	__u64 filtered;
	__u64 truncated; /* events counted in `sent` with at least one field that was cut */
	__u64 bytes;     /* bytes of the records counted in `sent` */
};

#endif /* ET_WIRE_H */
