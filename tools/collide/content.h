/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The contents of a test record. All bytes are computed from its seed, the first word after the
 * header. Programs write them and the reader computes them again, so it detects a byte of another
 * program. Both sides include this file, so it includes nothing, like lib/wire.
 */
#ifndef TOOLS_COLLIDE_CONTENT_H
#define TOOLS_COLLIDE_CONTENT_H

/* The causes that run a program, roughly in the order of what they can interrupt. */
enum collide_source {
	COLLIDE_SLEEP,   /* called, and sleeps while it makes its record */
	COLLIDE_TASK,    /* a system call */
	COLLIDE_SOFTIRQ, /* a software interrupt */
	COLLIDE_HARDIRQ, /* a timer's interrupt: a tracepoint in it */
	COLLIDE_CLOCK,   /* a timer's interrupt: a perf event */
	COLLIDE_WATCH,   /* a write to watched memory: like an NMI, after any instruction */
	COLLIDE_SOURCES,
};

/* The contents of a record, by event type: PROCESS_EXEC, ..._TTY_WRITE, ..._EXEC_FAILED. */
enum collide_kind {
	COLLIDE_EXEC,
	COLLIDE_TTY,
	COLLIDE_STRINGS,
	COLLIDE_KINDS,
};

/* Memory of the test process that fields are read from. */
#define COLLIDE_BYTES       (128 * 1024)
#define COLLIDE_BYTES_START (64 * 1024) /* fields of bytes begin below this */
#define COLLIDE_STRING_SIZE 256         /* distance of two strings; each is shorter */
#define COLLIDE_STRING_N    240         /* together they exceed a list's cap */

/* Collisions are counted by depth, up to this depth. */
#define COLLIDE_DEPTHS 8

/*
 * Map `collisions`, a per-CPU array of one: number of programs making a record, by the last one's
 * source.
 */
struct collide_depths {
	__u64 now;
	__u64 seen[COLLIDE_SOURCES][COLLIDE_DEPTHS]; /* [..][0]: at least COLLIDE_DEPTHS */
};

/* Argument of a sleeping program. */
struct collide_args {
	__u64 seed;
	__u64 page; /* a page that is absent for a while */
};

static inline __u64 collide_mix(__u64 x)
{
	x ^= x >> 31;
	x *= 0x9e3779b97f4a7c15ULL;
	x ^= x >> 29;
	x *= 0xbf58476d1ce4e5b9ULL;
	return x ^ x >> 32;
}

static inline __u64 collide_seed(__u32 source, __u64 random)
{
	return (__u64)source << 56 | (random & 0x00ffffffffffffffULL);
}

static inline __u32 collide_source_of(__u64 seed)
{
	return seed >> 56;
}

static inline __u32 collide_kind_of(__u64 seed)
{
	__u32 r = seed >> 40 & 0xff;

	/* The stack of a program that sleeps is not large enough to measure strings. */
	return collide_source_of(seed) == COLLIDE_SLEEP ? r % COLLIDE_STRINGS : r % COLLIDE_KINDS;
}

/*
 * True if a COLLIDE_EXEC has the cgroups' paths; a sleeping program's stack has no room for them.
 */
static inline __u32 collide_has_cgroup(__u64 seed)
{
	return collide_source_of(seed) != COLLIDE_SLEEP;
}

/* Word @i of the fixed part after the header; word 0 is the seed. */
static inline __u64 collide_word(__u64 seed, __u32 i)
{
	return i ? collide_mix(seed + i) : seed;
}

/*
 * Length of a field of bytes. Three of four fields have a few bytes; one in 32 is larger than its
 * cap or close to it. @n is the field's index in the record.
 */
static inline __u32 collide_len(__u64 seed, __u32 n, __u32 cap)
{
	__u64 r = collide_mix(seed ^ (__u64)(n + 1) << 48);
	__u32 some = r >> 8 & 0xffffff;

	switch (r & 31) {
	case 0:
		return cap + cap / 8 - some % (cap / 4);
	case 1:
		return 0;
	case 2:
	case 3:
		return some % cap;
	case 4:
	case 5:
	case 6:
	case 7:
		return some % 1024;
	default:
		return some % 64;
	}
}

static inline __u32 collide_start(__u64 seed, __u32 n)
{
	return collide_mix(seed ^ (__u64)(n + 1) << 52) % COLLIDE_BYTES_START;
}

/* First string of a list that continues to the last string; most lists are short. */
static inline __u32 collide_first_string(__u64 seed)
{
	__u32 r = collide_mix(seed ^ 0x5555) & 0xffffff;

	if (r % 16 == 0)
		return r / 16 % COLLIDE_STRING_N;
	return COLLIDE_STRING_N - 1 - r / 16 % 8;
}

static inline __u32 collide_one_string(__u64 seed)
{
	return (collide_mix(seed ^ 0x3333) & 0xffffff) % COLLIDE_STRING_N;
}

/* True if the first of the record's two paths is the working directory. */
static inline __u32 collide_cwd_first(__u64 seed)
{
	return seed & 1;
}

#endif /* TOOLS_COLLIDE_CONTENT_H */
