/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Memory that BPF programs and user space share beside the ring: map values, and the layout of
 * what a lane counts. Include behind wire.h and schema.h.
 */
#ifndef ET_SHARED_H
#define ET_SHARED_H

#include "lib/wire/schema.h"

/*
 * A terminal: the devpts instance that a pty is of (st_dev of its files; 0: of none, or any), and
 * the device number as the kernel's MKDEV() makes it. 0 stands for no terminal.
 */
#define ET_TERMINAL(devpts, major, minor) ((__u64)(devpts) << 32 | (__u32)(major) << 20 | (minor))

/* Most values that a kind of filter has, and apart from them its excluding form. */
#define ET_FILTER_VALUES 16

/* Bytes of the longest prefix that paths are compared with. */
#define ET_PREFIX_MAX   255
#define ET_PREFIX_WORDS 32

/* What decides whether an event is recorded; enum et_filter_kind of user space. */
enum et_filter_by {
	ET_BY_PID,
	ET_BY_TREE,
	ET_BY_UID,
	ET_BY_COMM,
	ET_BY_CGROUP,
	ET_BY_PATH,
	ET_BYS,
};

/* The two forms of a filter, in tables and in masks. */
enum et_filter_form {
	ET_ONLY = 0,
	ET_EXCEPT = 1,
};

/* Which filters there are, as a mask. */
#define ET_FILTER_BIT(by, form) (1U << (2 * (by) + (form)))
#define ET_FILTER_BITS(by)      (3U << (2 * (by)))

/* A prefix, and which of its bits count: map `path_prefixes`. */
struct et_prefix {
	__u64 text[ET_PREFIX_WORDS];
	__u64 mask[ET_PREFIX_WORDS];
};

/*
 * Variables of an environment that are wanted. Each is compared with the beginning of a string:
 * "NAME=", or what a name begins with.
 */
#define ET_ENV_NAMES      32
#define ET_ENV_NAME_WORDS 4
#define ET_ENV_NAME_MAX   (8 * ET_ENV_NAME_WORDS)
/* For five bits of each of a string's first two bytes: one more than the first name to compare with; 0: none. */
#define ET_ENV_FIRST 1024

struct et_env_name {
	__u64 text[ET_ENV_NAME_WORDS];
	__u64 mask[ET_ENV_NAME_WORDS]; /* which of its bits count */
};

struct et_env_names {
	__u8 first[ET_ENV_FIRST];
	struct et_env_name names[ET_ENV_NAMES];
	__u32 count;
	__u32 pad;
};

/* Readers of an output that are known, and processes of which is counted what was left out. */
#define ET_READERS 64

/*
 * A process that reads an output of a tracer (hop 0), or what such a process writes into a pipe (hop
 * 1), and so on: map `readers`.
 */
struct et_reader {
	__u64 pass; /* of readers_iter, that has found it last */
	__u32 hop;
	__u32 damped; /* 1: of any hop, what it writes feeds back. User space sets it. */
	char comm[16];
};

/* Pipes that readers write into: map `reader_pipes`. */
struct et_reader_pipe {
	__u64 inode; /* address */
	__u64 number;
};

/* What was left out of a process because it would feed back: map `unrecorded`. */
struct et_unrecorded {
	char comm[16];
	__u64 events;
};

static inline __u32 et_env_hash(unsigned char one, unsigned char two)
{
	return (one & 31u) << 5 | (two & 31u);
}

/* A process for ever: its number, and when it started. Key of map `tree`. */
struct et_process {
	__u64 start_time_ns;
	__u64 tgid;
};

/* Where a walk up a chain of names is. */
struct et_place {
	__u64 at;    /* the entry that is next */
	__u64 mount; /* its mount, for paths of files */
	__u64 name;  /* the name that the last step came upon */
	__u32 len;   /* and its length in bytes */
	__u32 flags; /* enum et_var_flags */
	/* Where a path of a file ends: the process's root. */
	__u64 root_dentry;
	__u64 root_mount;
};

/*
 * What building a field carries from step to step. In memory and not in registers: the verifier
 * then takes all steps for alike, instead of following each way through all of them.
 */
struct et_walk {
	struct et_place place;
	__u32 pos;  /* where the path begins that is built so far; in the end, the field's size */
	__u32 orig; /* how long it would be if nothing were cut */
	__u32 full; /* no room for more */
	__u32 cut;  /* is a field of this record truncated? */
	char name[256]; /* one name */
};

/*
 * One lane of one CPU: map `lanes`, a per-CPU array of ET_LANES. Only the program that holds the
 * lane writes anything but `busy`; user space sums over CPUs and lanes.
 */
struct et_lane {
	struct et_walk walk; /* first: the verifier dislikes arithmetic on what may be NULL */
	__u32 busy;          /* programs that hold or try to get it; exactly one holder at a time */
	__u32 zero;          /* is 0, and the verifier does not know: the first lane's index */
	__u64 seq[ET_RING_CLASSES];  /* records begun for each ring: the next one's number */
	__u64 lost[ET_RING_CLASSES]; /* of these, those that are not in it */
	/* See fair.bpf.h. */
	__u64 added[ET_RING_CLASSES]; /* bytes since it was asked how full the ring is */
	__u64 actor;                  /* who this record counts for */
};

/*
 * Users' shares of a ring: map `shares`, an array by ring class. Users are told apart by a hash of
 * their number; root's cgroups have the upper half.
 */
#define ET_SHARES 256

struct et_share {
	__u64 used;    /* bytes in this period. Written with atomic adds, as the next */
	__u64 refused; /* events for which there was no room left */
	__u32 period;  /* struct et_shares::period that used is of */
	__u32 uid;     /* the user whose event was refused last */
};

struct et_shares {
	struct et_share shares[ET_SHARES];
	__u32 period; /* goes up when less than half of the ring is full again */
	__u32 pad;
};

/* One more than the last enum et_lost_cause. */
#define ET_LOST_CAUSES 8

/* Maps of bounded size, which can be full. */
enum et_table {
#define ET_TABLE(NAME, name, doc) ET_TABLE_##NAME,
#include "lib/wire/tables.def"
	ET_TABLES,
};

/*
 * Events that got no number in a lane, so that no gap shows them: map `overflow`, a per-CPU array of
 * one. Written with atomic adds.
 */
struct et_overflow {
	__u64 lost[ET_LOST_CAUSES][ET_RING_CLASSES]; /* by the ring that they were for */
};

/*
 * The same events by type, and how often each table had no room: map `losses`, an array of one for
 * all CPUs, since losses are rare. Written with atomic adds.
 */
struct et_loss_counts {
	__u64 lost[ET_EVENT_TYPES][ET_LOST_CAUSES];
	__u64 refused[ET_TABLES];
};

/*
 * What is counted by event type: map `counts`, an array. A CPU's own is number CPU modulo the
 * number of entries, a power of two and at most ET_SHARDS_MAX: what there is for each possible CPU
 * is multiplied by hundreds on some machines, of which few are there. So it may be shared, and is
 * written with atomic adds; no two begin on one cache line.
 */
struct et_shard {
	struct et_counts counts[ET_EVENT_TYPES]; /* [0] is unused */
} __attribute__((aligned(64)));

#define ET_SHARDS_MAX 64

#endif /* ET_SHARED_H */
