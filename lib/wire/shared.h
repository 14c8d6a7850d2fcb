/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Defines the memory that BPF programs and user space share besides the rings: map values, and the
 * layout of a lane's counters. Include after wire.h and schema.h.
 */
#ifndef ET_SHARED_H
#define ET_SHARED_H

#include "lib/wire/filter_kind.h"
#include "lib/wire/schema.h"

/*
 * A terminal as one number; 0: no terminal. @devpts identifies the devpts instance of a
 * pseudo-terminal: st_dev of its files. 0: another kind of terminal, or any instance. @major and
 * @minor are combined as in the kernel's MKDEV().
 */
#define ET_TERMINAL(devpts, major, minor) ((__u64)(devpts) << 32 | (__u32)(major) << 20 | (minor))

/* Most values of each kind of filter; as many again of its excluding form. */
#define ET_FILTER_VALUES 16

/*
 * Largest length in bytes of a path prefix in a filter, and the words that hold it with a
 * terminator.
 */
#define ET_PREFIX_MAX   255
#define ET_PREFIX_WORDS 32

/*
 * The two forms of a filter: record only what matches, or all except what matches. Used as an
 * index.
 */
enum et_filter_form {
	ET_ONLY = 0,
	ET_EXCEPT = 1,
};

/* Bits for the mask of filters in use: @by is enum et_filter_kind, @form is enum et_filter_form. */
#define ET_FILTER_BIT(by, form) (1U << (2 * (by) + (form)))
#define ET_FILTER_BITS(by)      (3U << (2 * (by)))

/*
 * A path prefix, and a mask of the bits of a path that are compared with it. Value of the map
 * `path_prefixes`.
 */
struct et_prefix {
	__u64 text[ET_PREFIX_WORDS];
	__u64 mask[ET_PREFIX_WORDS];
};

/*
 * Limits of the set of environment variables to record. Each variable is given as the beginning of
 * its string in the environment: "NAME=", or the beginning of a name.
 */
#define ET_ENV_NAMES      32
#define ET_ENV_NAME_WORDS 4
#define ET_ENV_NAME_MAX   (8 * ET_ENV_NAME_WORDS)
/*
 * Entries of a table indexed by et_env_hash() of a string's first two bytes. A value is 1 + the
 * index of the first name to compare with; 0: no name.
 */
#define ET_ENV_FIRST 1024

struct et_env_name {
	__u64 text[ET_ENV_NAME_WORDS];
	__u64 mask[ET_ENV_NAME_WORDS]; /* the bits of `text` to compare */
};

struct et_env_names {
	__u8 first[ET_ENV_FIRST];
	struct et_env_name names[ET_ENV_NAMES];
	__u32 count;
	__u32 pad;
};

/* Most processes in the maps `readers` and `unrecorded`, and most pipes in `reader_pipes`. */
#define ET_READERS 64

/*
 * A process that reads a tracer's output (hop 0), or reads a pipe that a hop 0 process writes into
 * (hop 1), and so on. Value of the map `readers`.
 */
struct et_reader {
	__u64 pass; /* number of the last search (et_readers_search) that found this reader */
	__u32 hop;
	/* 1: the process's writes are not recorded, whatever its hop. User space sets it */
	__u32 damped;
	char comm[16];
	__u64 inode; /* address of the inode of the pipe or socket that the process reads */
	__u32 fd;    /* the descriptor from which the process reads */
	__u32 pad;
};

/* A pipe into which a process of the map `readers` writes. Key of the map `reader_pipes`. */
struct et_reader_pipe {
	__u64 inode; /* address of the pipe's inode in the kernel */
	__u64 number;
};

/*
 * The events of a process that were not recorded because they would feed back. Value of the map
 * `unrecorded`.
 */
struct et_unrecorded {
	char comm[16];
	__u64 events;
};

static inline __u32 et_env_hash(unsigned char one, unsigned char two)
{
	return (one & 31u) << 5 | (two & 31u);
}

/*
 * A process by its ID and start time, which together are unique until reboot. Key of the map `tree`
 * and others.
 */
struct et_process {
	__u64 start_time_ns;
	__u64 tgid;
};

/* The position of a walk from a dentry or a cgroup up to its root. */
struct et_place {
	__u64 at;    /* address of the next dentry or cgroup (kernfs_node) */
	__u64 mount; /* address of the vfsmount, for paths of files */
	__u64 name;  /* address of the name that the last step found */
	__u32 len;   /* length of that name in bytes */
	__u32 flags; /* enum et_var_flags that the field will get */
	/* Addresses of the process's root directory and its mount, where a file's path ends. */
	__u64 root_dentry;
	__u64 root_mount;
};

/*
 * What the construction of a field keeps from step to step. It is in memory, not in registers: so
 * the verifier treats all steps alike and does not follow every path through all of them.
 */
struct et_walk {
	struct et_place place;
	__u32 pos;  /* offset of the path's start so far; at the end, the field's size in bytes */
	__u32 orig; /* length of the path in bytes if nothing is cut */
	__u32 full; /* true if the path has filled its room */
	__u32 cut;  /* true if any field of this record is truncated */
	char name[256]; /* name of a cgroup */
};

/*
 * One lane of one CPU. Value of the map `lanes`, a per-CPU array of ET_LANES. Only the program that
 * holds the lane writes to it, except to `busy`. User space adds up all CPUs and lanes.
 */
struct et_lane {
	/* first member: the verifier rejects arithmetic on a pointer that may be NULL */
	struct et_walk walk;
	/* number of programs that hold or try to claim the lane; at most one holds it */
	__u32 busy;
	__u32 zero; /* always 0, which the verifier does not know: index of the first lane */
	/* records begun for each ring: the sequence number of the next record */
	__u64 seq[ET_RING_CLASSES];
	/* records in `seq` that are not in the ring, because it was full */
	__u64 lost[ET_RING_CLASSES];
	/* bytes added to each ring since the last check of its fill level: fair.bpf.h */
	__u64 added[ET_RING_CLASSES];
	/*
	 * whose share of the ring the record uses: address of a task, or ET_ACTOR_USER(); 0: the
	 * current task
	 */
	__u64 actor;
};

/*
 * Number of the users' shares of a ring. The index of a user's share is a hash of the user ID. The
 * upper half of the shares is for the cgroups of root.
 */
#define ET_SHARES 256

struct et_share {
	/* bytes that the user has added to the ring in `period`; written with atomic adds */
	__u64 used;
	__u64 refused; /* events of the user that were refused because the share was used up */
	__u32 period;  /* the value of struct et_shares::period that `used` belongs to */
	__u32 uid;     /* ID of the user whose event was refused last */
	__u32 changes; /* number of changes of `uid`: several users may have one share */
	__u32 pad;
};

struct et_shares {
	struct et_share shares[ET_SHARES];
	/* number of the period; a new one begins when the ring is less than half full again */
	__u32 period;
	__u32 pad;
};

/* Size of arrays by enum et_lost_cause: one more than its last value. */
#define ET_LOST_CAUSES 8

/* The maps of pending operations, which can run out of entries. */
enum et_table {
#define ET_TABLE(NAME, name, doc) ET_TABLE_##NAME,
#include "lib/wire/tables.def"
	ET_TABLES,
};

/*
 * Lost events that have no sequence number of a lane, so that no gap shows their loss. Value of the
 * map `overflow`, a per-CPU array of one entry. Written with atomic adds.
 */
struct et_overflow {
	/* number of lost events, by cause and by the ring that they were meant for */
	__u64 lost[ET_LOST_CAUSES][ET_RING_CLASSES];
};

/*
 * Lost events without a sequence number by type and cause, and how often each map of pending
 * operations had no room. Value of the map `losses`, an array of one entry for all CPUs, since
 * losses are rare. Written with atomic adds.
 */
struct et_loss_counts {
	__u64 lost[ET_EVENT_TYPES][ET_LOST_CAUSES];
	__u64 refused[ET_TABLES];
};

/*
 * Counters by event type. Value of the map `counts`, an array. CPU n uses entry n % shards; shards
 * (struct et_bpf_config) is a power of two and at most ET_SHARDS_MAX. A per-CPU map would pay for
 * every possible CPU, and some machines have hundreds of possible CPUs but few present ones. CPUs
 * may share an entry, so programs use atomic adds. Entries begin on separate cache lines.
 */
struct et_shard {
	struct et_counts counts[ET_EVENT_TYPES]; /* by event type; [0] is unused */
} __attribute__((aligned(64)));

#define ET_SHARDS_MAX 64

#endif /* ET_SHARED_H */
