/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Memory other than the ring that BPF programs and user space share: map values, and the layout of
 * a lane's counters. Include after wire.h and schema.h.
 */
#ifndef ET_SHARED_H
#define ET_SHARED_H

#include "lib/wire/filter_kind.h"
#include "lib/wire/schema.h"

/*
 * A terminal, as one number; 0: no terminal. @devpts is the devpts instance of a pty: st_dev of its
 * files; 0 for other terminals, or for any instance. The rest is the device number in the form of
 * the kernel's MKDEV().
 */
#define ET_TERMINAL(devpts, major, minor) ((__u64)(devpts) << 32 | (__u32)(major) << 20 | (minor))

/* Maximum number of values of a filter, and separately of its excluding form. */
#define ET_FILTER_VALUES 16

/* Maximum length in bytes of a path prefix in a filter. */
#define ET_PREFIX_MAX   255
#define ET_PREFIX_WORDS 32

/* The two forms of a filter, in tables and in masks. */
enum et_filter_form {
	ET_ONLY = 0,
	ET_EXCEPT = 1,
};

/* Mask of the filters in use. */
#define ET_FILTER_BIT(by, form) (1U << (2 * (by) + (form)))
#define ET_FILTER_BITS(by)      (3U << (2 * (by)))

/* A prefix, and a mask of the bits to compare: map `path_prefixes`. */
struct et_prefix {
	__u64 text[ET_PREFIX_WORDS];
	__u64 mask[ET_PREFIX_WORDS];
};

/*
 * Environment variables to record. Each text is compared with the beginning of a string: it is
 * "NAME=", or the beginning of a name.
 */
#define ET_ENV_NAMES      32
#define ET_ENV_NAME_WORDS 4
#define ET_ENV_NAME_MAX   (8 * ET_ENV_NAME_WORDS)
/*
 * Indexed by five bits of each of a string's first two bytes. Value: 1 + the index of the first
 * name to compare with; 0: none.
 */
#define ET_ENV_FIRST 1024

struct et_env_name {
	__u64 text[ET_ENV_NAME_WORDS];
	__u64 mask[ET_ENV_NAME_WORDS]; /* the bits to compare */
};

struct et_env_names {
	__u8 first[ET_ENV_FIRST];
	struct et_env_name names[ET_ENV_NAMES];
	__u32 count;
	__u32 pad;
};

/*
 * Maximum number of known readers of an output, and of processes with a count of unrecorded events.
 */
#define ET_READERS 64

/*
 * A process that reads an output of a tracer (hop 0), or reads a pipe that such a process writes to
 * (hop 1), and so on: map `readers`.
 */
struct et_reader {
	__u64 pass; /* the last pass of readers_iter that found the process */
	__u32 hop;
	__u32 damped; /* 1: its writes feed back, whatever its hop is. User space sets it */
	char comm[16];
	__u64 inode; /* of the pipe or socket that it reads: the address */
	__u32 fd;    /* the descriptor that it reads from */
	__u32 pad;
};

/* Pipes that readers write to: map `reader_pipes`. */
struct et_reader_pipe {
	__u64 inode; /* address of the inode */
	__u64 number;
};

/* Events of a process that were not recorded because they would feed back: map `unrecorded`. */
struct et_unrecorded {
	char comm[16];
	__u64 events;
};

static inline __u32 et_env_hash(unsigned char one, unsigned char two)
{
	return (one & 31u) << 5 | (two & 31u);
}

/* A process, unique until reboot: its number, and its start time. Key of map `tree`. */
struct et_process {
	__u64 start_time_ns;
	__u64 tgid;
};

/* The position of a walk from a dentry or cgroup up to its root. */
struct et_place {
	__u64 at;    /* the next dentry or cgroup */
	__u64 mount; /* its mount, for paths of files */
	__u64 name;  /* the name that the last step found */
	__u32 len;   /* its length in bytes */
	__u32 flags; /* enum et_var_flags */
	/* A file's path ends at the process's root. */
	__u64 root_dentry;
	__u64 root_mount;
};

/*
 * State that building a field carries from step to step. It is in memory, not in registers. So the
 * verifier treats all steps alike and does not follow every path through all of them.
 */
struct et_walk {
	struct et_place place;
	__u32 pos;      /* start of the path that is built so far; in the end, the field's size */
	__u32 orig;     /* its length if nothing were cut */
	__u32 full;     /* true if there is no more room */
	__u32 cut;      /* true if a field of this record is truncated */
	char name[256]; /* one name */
};

/*
 * One lane of one CPU: map `lanes`, a per-CPU array of ET_LANES. Only the program that holds the
 * lane writes to it, except to `busy`. User space sums over CPUs and lanes.
 */
struct et_lane {
	struct et_walk walk; /* first: the verifier rejects arithmetic on a maybe-NULL pointer */
	__u32 busy;          /* programs that hold or try to claim it; at most one holds it */
	__u32 zero;          /* always 0, unknown to the verifier: the index of the first lane */
	__u64 seq[ET_RING_CLASSES];  /* records begun for each ring; the next record's number */
	__u64 lost[ET_RING_CLASSES]; /* records of these that are missing from the ring */
	/* See fair.bpf.h. */
	__u64 added[ET_RING_CLASSES]; /* bytes since the last check of the ring's fill level */
	__u64 actor; /* whose share this record uses: a task, or ET_ACTOR_USER(); 0: current */
};

/*
 * Users' shares of a ring: map `shares`, an array by ring class. A user's index is a hash of its
 * number; the cgroups of root have the upper half.
 */
#define ET_SHARES 256

struct et_share {
	__u64 used;    /* bytes in this period; atomic adds, like the next member */
	__u64 refused; /* events that were refused for lack of room */
	__u32 period;  /* the struct et_shares::period of `used` */
	__u32 uid;     /* the user whose event was refused last */
	__u32 changes; /* of uid: users may have the same share */
	__u32 pad;
};

struct et_shares {
	struct et_share shares[ET_SHARES];
	__u32 period; /* incremented when the ring is less than half full again */
	__u32 pad;
};

/* One more than the last enum et_lost_cause. */
#define ET_LOST_CAUSES 8

/* Tables of pending operations. Each is a map that can run out of entries. */
enum et_table {
#define ET_TABLE(NAME, name, doc) ET_TABLE_##NAME,
#include "lib/wire/tables.def"
	ET_TABLES,
};

/*
 * Events without a number in a lane, so that no sequence gap shows their loss: map `overflow`, a
 * per-CPU array of one. Written with atomic adds.
 */
struct et_overflow {
	__u64 lost[ET_LOST_CAUSES][ET_RING_CLASSES]; /* by the ring that they were meant for */
};

/*
 * The same events by type, and how often each table had no room. Map `losses` is an array of one
 * entry for all CPUs, since losses are rare. Written with atomic adds.
 */
struct et_loss_counts {
	__u64 lost[ET_EVENT_TYPES][ET_LOST_CAUSES];
	__u64 refused[ET_TABLES];
};

/*
 * Counters by event type: map `counts`, an array. CPU n uses entry n % et_shards; that number is a
 * power of two and at most ET_SHARDS_MAX. A per-CPU map would pay for every possible CPU, and some
 * machines have hundreds of possible CPUs but few present ones. CPUs may share an entry, so
 * programs use atomic adds. Entries begin on separate cache lines.
 */
struct et_shard {
	struct et_counts counts[ET_EVENT_TYPES]; /* [0] is unused */
} __attribute__((aligned(64)));

#define ET_SHARDS_MAX 64

#endif /* ET_SHARED_H */
