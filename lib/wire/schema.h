/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Derives the record structs and IDs from schema.def. Include after wire.h.
 *
 *   enum et_event_type	ET_PROCESS_FORK = 1, ...; ET_EVENT_TYPES is one more than the last
 *   enum et_synthetic_type	ET_LOST, ...: records that user space adds between the events
 *   enum et_var_type	ET_VAR_ARGV = 3, ...;     ET_VAR_TYPES is one more than the last
 *   ET_CAP_ARGV ...	the largest size of a field in a record, in bytes
 *   enum et_file_type ...	ET_FILE_TYPE_UNKNOWN = 0, ...: the values of a one-byte field
 *   struct et_pids ...	nested structs that several events have
 *   struct et_process_fork ...	fixed-size part of an event's record; likewise struct et_lost ...
 */
#ifndef ET_SCHEMA_H
#define ET_SCHEMA_H

#include "lib/wire/wire.h"

enum et_event_type {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) ET_##NAME = (id),
#include "lib/wire/schema.def"
	ET_EVENT_TYPES,
};

/*
 * Events that user space reads from /proc, a mask of ET_EVENT_BIT: no BPF program sends them, and
 * they have no sequence numbers.
 */
#define ET_EVENTS_OF_PROC (1ULL << ET_PROCESS_EXISTS)

/*
 * Types of records that user space makes. These types begin far above the event types, so that no
 * event type ever has the same number. Arrays are indexed by event types only.
 */
enum et_synthetic_type {
	ET_SYNTHETIC = 0x8000,
#define ET_SYNTHETIC_BEGIN(id, NAME, name, doc) ET_##NAME = ET_SYNTHETIC + (id),
#include "lib/wire/schema.def"
};

enum et_var_type {
#define ET_VAR_TYPE(id, NAME, KIND, cap, doc) ET_VAR_##NAME = (id),
#include "lib/wire/schema.def"
	ET_VAR_TYPES,
};

enum et_var_cap {
#define ET_VAR_TYPE(id, NAME, KIND, cap, doc) ET_CAP_##NAME = (cap),
#include "lib/wire/schema.def"
};

/* The ring class of each event type: ET_RING_OF_PROCESS_FORK is ET_RING_LIFECYCLE, and so on. */
enum et_ring_of {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) \
	ET_RING_OF_##NAME = ET_RING_##RING,
#include "lib/wire/schema.def"
};

#define ET_ENUM_BEGIN(NAME, name, doc) \
	enum et_##name                 \
	{
#define ET_ENUM_VALUE(ENUM, enum_, number, NAME, doc) ET_##ENUM##_##NAME = (number),
#define ET_ENUM_END(name) \
	}                 \
	;
#include "lib/wire/schema.def"

#define ET_CTYPE_U8(name)    __u8 name
#define ET_CTYPE_U16(name)   __u16 name
#define ET_CTYPE_U32(name)   __u32 name
#define ET_CTYPE_U64(name)   __u64 name
#define ET_CTYPE_S32(name)   __s32 name
#define ET_CTYPE_S64(name)   __s64 name
#define ET_CTYPE_BOOL(name)  __u8 name
#define ET_CTYPE_DEC32(name) __u32 name
#define ET_CTYPE_DEC64(name) __u64 name
#define ET_CTYPE_COMM(name)  char name[16]
#define ET_CTYPE_RING(name)  __u8 name
#define ET_CTYPE_EVENT(name) __u16 name
#define ET_CTYPE_MODE(name)  __u16 name
#define ET_CTYPE_ADDR(name)  __u8 name[16]

#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wpadded"

#define ET_STRUCT_BEGIN(name, doc) struct et_##name {
#define ET_STRUCT_END(name) \
	}                   \
	;
/* For a test: each record has 8 bytes more, and the benchmarks must detect it. */
#ifdef ET_WORSE
# define ET_LARGER __u64 larger;
#else
# define ET_LARGER
#endif
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) \
	struct et_##name {                                        \
		struct et_header hdr;
#define ET_EVENT_END(name) \
	ET_LARGER          \
	}                  \
	;
#define ET_SYNTHETIC_BEGIN(id, NAME, name, doc) \
	struct et_##name {                      \
		struct et_header hdr;
#define ET_SYNTHETIC_END(name) \
	}                      \
	;
#define ET_FIELD(owner, KIND, name, doc) ET_CTYPE_##KIND(name);
#define ET_ENUM(owner, enum_, name, doc) __u8 name; /* enum et_<enum_> */
#define ET_SUB(owner, type, name, doc)   struct et_##type name;
#define ET_PAD(owner, n, bytes)          __u8 pad##n[bytes];
#include "lib/wire/schema.def"

#pragma GCC diagnostic pop

/*
 * Size in bytes of an event's record in ET_FORMAT_FIXED, for example ET_FIXED_SIZE_PROCESS_EXEC. It
 * includes 8 bytes after the last field, for a NUL byte that a helper may write there.
 */
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) \
	enum { ET_FIXED_SIZE_##NAME = sizeof(struct et_##name) + 8
#define ET_VAR(owner, NAME, name, doc) +sizeof(struct et_var) + ET_CAP_##NAME
#define ET_EVENT_END(name) \
	}                  \
	;
#include "lib/wire/schema.def"

#endif /* ET_SCHEMA_H */
