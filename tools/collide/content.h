/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a test record holds: everything follows from a number, its seed, which is the first word
 * behind the header. Programs write it and the reader computes it again, so a byte that another
 * program has put there is seen. Shared by both sides, as lib/wire is, and includes nothing.
 */
#ifndef TOOLS_COLLIDE_CONTENT_H
#define TOOLS_COLLIDE_CONTENT_H

/* What makes a program run; by what it can interrupt, roughly. */
enum collide_source {
	COLLIDE_SLEEP,   /* called, and sleeps in the middle of its record */
	COLLIDE_TASK,    /* a system call */
	COLLIDE_SOFTIRQ, /* a software interrupt */
	COLLIDE_HARDIRQ, /* a timer's interrupt: a tracepoint in it */
	COLLIDE_CLOCK,   /* a timer's interrupt: a perf event */
	COLLIDE_WATCH,   /* memory that is written to: as an NMI, at any instruction */
	COLLIDE_SOURCES,
};

/* How a record is made up, of types that there are: PROCESS_EXEC, ..._TTY_WRITE, ..._EXEC_FAILED. */
enum collide_kind {
	COLLIDE_EXEC,
	COLLIDE_TTY,
	COLLIDE_STRINGS,
	COLLIDE_KINDS,
};

/* Memory of the test's that fields are taken from. */
#define COLLIDE_BYTES       (128 * 1024)
#define COLLIDE_BYTES_START (64 * 1024) /* fields of bytes begin below this */
#define COLLIDE_STRING_SIZE 256         /* a string is shorter; from one to the next */
#define COLLIDE_STRING_N    240         /* all of them are more than a list's cap */

/* Deep enough for collisions to be counted by it. */
#define COLLIDE_DEPTHS 8

/* Map `collisions`, a per-CPU array of one: how many programs were at it, by who came last. */
struct collide_depths {
	__u64 now;
	__u64 seen[COLLIDE_SOURCES][COLLIDE_DEPTHS]; /* [..][0]: at least COLLIDE_DEPTHS */
};

/* What a sleeping program is called with. */
struct collide_args {
	__u64 seed;
	__u64 page; /* reading it takes a while */
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

/* Has a COLLIDE_EXEC the cgroups' paths? As with strings. */
static inline __u32 collide_has_cgroup(__u64 seed)
{
	return collide_source_of(seed) != COLLIDE_SLEEP;
}

/* Word @i of the fixed part behind the header; word 0 is the seed. */
static inline __u64 collide_word(__u64 seed, __u32 i)
{
	return i ? collide_mix(seed + i) : seed;
}

/*
 * Length of a field of bytes: of four, three have a few, and one in 32 is larger than its cap or
 * close to it. @n tells a record's fields apart.
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

/* First string of a list that goes on to the last one; most lists are short. */
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

/* Of the two paths that a record has, is the first the working directory? */
static inline __u32 collide_cwd_first(__u64 seed)
{
	return seed & 1;
}

#endif /* TOOLS_COLLIDE_CONTENT_H */
