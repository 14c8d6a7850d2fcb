/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Defines the memory that BPF programs and user space share besides the rings: values and keys of
 * maps. Include this file after wire.h and schema.h.
 */
#ifndef ET_SHARED_H
#define ET_SHARED_H

#include "lib/wire/filter_kind.h"
#include "lib/wire/schema.h"

/*
 * A terminal as one number; 0 means no terminal. @major and @minor are combined as in the kernel's
 * MKDEV(). @devpts is for a pseudo-terminal: the device number (st_dev) of the devpts file system
 * that contains it. It is 0 for other terminals, or to match a pseudo-terminal in any devpts.
 */
#define ET_TERMINAL(devpts, major, minor) ((__u64)(devpts) << 32 | (__u32)(major) << 20 | (minor))

/*
 * Limits of calls.bpf.c, which runs BPF programs for single system calls from the tracepoints of
 * all system calls. A system call with a program has a number below ET_CALLS, and at most
 * ET_CALL_LAYERS programs, which run one after the other. A program array has the program of layer
 * n for system call nr in slot n * ET_CALLS + nr.
 */
#define ET_CALLS       512
#define ET_CALL_LAYERS 4
#define ET_CALL_SLOTS  (ET_CALLS * ET_CALL_LAYERS)

/*
 * Largest number of wanted values of one kind of filter; excluded values have the same limit.
 * Patterns of thread names are counted separately from exact names.
 */
#define ET_FILTER_VALUES 16

/*
 * Largest length in bytes of a path prefix in a filter, and the number of 64-bit words that hold it
 * with its NUL byte.
 */
#define ET_PREFIX_MAX   255
#define ET_PREFIX_WORDS 32

/*
 * The two forms of a filter, used as an index: record only events that match, or record all events
 * except those that match.
 */
enum et_filter_form {
	ET_ONLY = 0,
	ET_EXCEPT = 1,
};

/*
 * Bits of the mask et_filter_set::used, the filters in use. @by is an enum et_filter_kind, @form an
 * enum et_filter_form.
 */
#define ET_FILTER_BIT(by, form) (1U << (2 * (by) + (form)))
#define ET_FILTER_BITS(by)      (3U << (2 * (by)))

/*
 * A path prefix, and a mask of its bits that are compared with the path. Value of the map
 * `path_prefixes`.
 */
struct et_prefix {
	__u64 text[ET_PREFIX_WORDS];
	__u64 mask[ET_PREFIX_WORDS];
};

/*
 * A pattern of thread names, for filters. It has at most 31 elements: a byte, any byte (`?`), or
 * any number of bytes (`*`). The comparison reads a name byte by byte. It keeps a mask of the
 * possible positions in the pattern: bit n means that the bytes so far match the first n elements.
 * Example: for `a*c`, the bits 1 and 2 are set after the bytes "ab". Value of the map
 * `comm_patterns`.
 */
#define ET_COMM_ELEMENTS 31

struct et_comm_pattern {
	/* index: a byte of the name; value: mask of the positions before elements that match it */
	__u32 steps[256];
	__u32 stars; /* mask of the positions before a `*`: with any byte, they stay possible */
	__u32 end;   /* mask with one bit: the position after the last element */
};

/*
 * Add the positions that are possible without another byte. A `*` also matches no bytes, so from
 * the position before a `*`, the position after it is possible too. No `*` follows another `*`.
 */
static inline __attribute__((always_inline)) __u32 et_comm_closed(__u32 stars, __u32 positions)
{
	return positions | (positions & stars) << 1;
}

/*
 * Limits of the list of environment variables to record: the number of names, and the length of a
 * name. A name is given by the beginning of a string of the environment: "NAME=" for one variable,
 * or a prefix such as "NA" for all variables whose names begin with "NA".
 */
#define ET_ENV_NAMES      32
#define ET_ENV_NAME_WORDS 4
#define ET_ENV_NAME_MAX   (8 * ET_ENV_NAME_WORDS)
/*
 * Number of elements of a table indexed by et_env_hash() of a string's first two bytes. An element
 * is 0 if no name begins with these bytes. Otherwise it is 1 + the index of the first name to
 * compare.
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

/* Largest number of entries of each of the maps `readers`, `unrecorded` and `reader_pipes`. */
#define ET_READERS 64

/*
 * A process that reads a tracer's output, directly or through other processes. The member hop is 0
 * if the process reads the output itself. It is 1 if the process reads a pipe into which a process
 * with hop 0 writes, and so on. Value of the map `readers`.
 */
struct et_reader {
	__u64 pass; /* number (et_readers_search) of the last search that found this process */
	__u32 hop;
	/* 1: the process's writes are left out, whatever `hop` is. User space sets it */
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
 * Counts the events of a process that were left out, because a tracer's output may have caused
 * them. Value of the map `unrecorded`.
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
 * Identifies a process by its ID and start time, which together are unique until the next boot. Key
 * of the map `tree` and others.
 */
struct et_process {
	__u64 start_time_ns;
	__u64 tgid;
};

/* The current position while a path is built, from a dentry or a cgroup up to its root. */
struct et_place {
	__u64 at;    /* address of the next dentry or cgroup (kernfs_node) */
	__u64 mount; /* address of the vfsmount, for paths of files */
	__u64 name;  /* address of the name that the last step found */
	__u32 len;   /* length of that name in bytes */
	__u32 flags; /* flags of the field so far: enum et_var_flags */
	/* Addresses of the process's root directory and its mount, where a file's path ends. */
	__u64 root_dentry;
	__u64 root_mount;
};

/*
 * The state of a loop that builds a field, for example a path, step by step. The state is in a map,
 * whose contents the verifier does not know. So all steps look the same to the verifier, and it
 * does not follow each combination of their branches.
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
 * Largest number of shards of a class. All CPUs that use a ring share its lock. So on hosts with
 * many CPUs, a class has several rings, its shards. A CPU always uses the same shard.
 */
#define ET_RING_SHARDS_MAX 64

/*
 * Key in the maps `rings` and `shares` of one ring of a class. key % ET_RING_CLASSES is the class:
 *
 *	0, 1	ring of each class (shard 0)
 *	2	ET_RING_WAKE; 3 is unused
 *	4, 5	ring of each class in shard 1; 6, 7 in shard 2, and so on
 */
static inline __attribute__((always_inline)) __u32 et_ring_key(__u32 ring_class, __u32 shard)
{
	return ring_class + ET_RING_CLASSES * (shard ? shard + 1 : 0);
}

/* Number of keys of the map `rings`, if a class has at most @shards rings. */
#define ET_RING_KEYS(shards) ((shards) > 1 ? ET_RING_CLASSES * ((shards) + 1) : ET_RINGS)
#define ET_RING_KEYS_MAX     ET_RING_KEYS(ET_RING_SHARDS_MAX)

/*
 * Number of keys of the map `shares`. It needs no key for ET_RING_WAKE, which carries no records.
 * If each class has one ring, ET_RING_WAKE is the last key of `rings`, and `shares` ends before it.
 */
#define ET_SHARE_KEYS(shards) ((shards) > 1 ? ET_RING_KEYS(shards) : ET_RING_CLASSES)

/*
 * A lane: a work area of one CPU, in which a BPF program builds a record. Value of the map `lanes`,
 * a per-CPU array of ET_LANES. Only the BPF program that holds the lane writes to it, except to
 * `busy`. User space adds up the counters of all CPUs and lanes.
 */
struct et_lane {
	/*
	 * The first member, so that &lane->walk needs no addition. The compiler may compute it
	 * before the NULL check of `lane`, where the verifier allows no arithmetic.
	 */
	struct et_walk walk;
	/* number of BPF programs that hold or try to claim the lane; at most one holds it */
	__u32 busy;
	__u32 zero; /* always 0, but unknown to the verifier; used as the index of the first lane */
	/*
	 * by ring class: key of this CPU's ring in the map `rings`, minus the class. User space
	 * sets these keys if a class has more than one ring: see et_ring_key()
	 */
	__u32 ring_keys[ET_RING_CLASSES];
	/* number of records begun for each ring, which is the sequence number of the next record */
	__u64 seq[ET_RING_CLASSES];
	/* number of records counted in `seq` that were lost because the ring was full */
	__u64 lost[ET_RING_CLASSES];
	/* bytes added to each ring since the last check of its fill level: fair.bpf.h */
	__u64 added[ET_RING_CLASSES];
	/*
	 * the task that causes the current event: address of the task, or ET_ACTOR_USER(); 0: the
	 * current task
	 */
	__u64 actor;
};

/*
 * Number of counters of each ring. A counter counts the bytes that a user has added. A hash of the
 * user ID selects a user's counter in the lower half. The upper half is for root: a hash of the ID
 * of the task's cgroup selects the counter.
 */
#define ET_SHARES 256

struct et_share {
	/* bytes that the user has added to the ring in `period`; written with atomic adds */
	__u64 used;
	__u64 refused; /* events of the user that were refused because the share was used up */
	__u32 period;  /* the value of et_shares::period when `used` was reset */
	__u32 uid;     /* ID of the user whose event was refused last */
	__u32 changes; /* number of changes of `uid`; more than one user may have this counter */
	__u32 pad;
};

struct et_shares {
	struct et_share shares[ET_SHARES];
	/*
	 * number of the current period; a new one begins when the ring is less than half full again
	 */
	__u32 period;
	__u32 pad;
};

/*
 * Number of the values of enum et_lost_cause that BPF programs count. The later values are for
 * losses in user space, after the rings.
 */
#define ET_LOST_CAUSES 8

/* The maps of pending operations, which can become full: the rows of tables.def. */
enum et_table {
#define ET_TABLE(NAME, name, doc) ET_TABLE_##NAME,
#include "lib/wire/tables.def"
	ET_TABLES,
};

/*
 * Counts of lost events that got no sequence number. The sequence numbers of the received records
 * do not show these losses. Value of the map `overflow`, a per-CPU array of one element. Written
 * with atomic adds.
 */
struct et_overflow {
	/* number of lost events, by cause and by the ring that they were meant for */
	__u64 lost[ET_LOST_CAUSES][ET_RING_CLASSES];
};

/*
 * Counts of lost events without a sequence number, by event type and cause; and how often each map
 * of pending operations was full. Value of the map `losses`, an array with one element for all
 * CPUs, because losses are rare. Written with atomic adds.
 */
struct et_loss_counts {
	__u64 lost[ET_EVENT_TYPES][ET_LOST_CAUSES];
	__u64 refused[ET_TABLES];
};

/*
 * Counters by event type. Value of the map `counts`, an array. CPU n uses element n % shards;
 * shards (in struct et_bpf_config) is a power of two and at most ET_SHARDS_MAX. A per-CPU map would
 * take memory for every possible CPU, and some machines have hundreds of possible CPUs but few
 * present ones. CPUs may share an element, so BPF programs use atomic adds. Elements begin on
 * separate cache lines.
 */
struct et_shard {
	struct et_counts counts[ET_EVENT_TYPES]; /* by event type; [0] is unused */
} __attribute__((aligned(64)));

#define ET_SHARDS_MAX 64

#endif /* ET_SHARED_H */
