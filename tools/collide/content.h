/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The contents of a record. All its bytes are computed from a seed, which is the first word after
 * the header. Programs write these bytes, and the reader computes them again. So the reader detects
 * bytes of another program.
 *
 * BPF programs and the reader include this file. So it includes no other files: each of them
 * defines the types first.
 */
#ifndef TOOLS_COLLIDE_CONTENT_H
#define TOOLS_COLLIDE_CONTENT_H

/* What runs a program. A source can interrupt most of the sources before it. */
enum collide_source {
	COLLIDE_SLEEP,   /* a call of a program, which sleeps while it makes its record */
	COLLIDE_TASK,    /* a system call */
	COLLIDE_SOFTIRQ, /* a software interrupt */
	COLLIDE_HARDIRQ, /* a tracepoint in a timer interrupt */
	COLLIDE_CLOCK,   /* a perf event with a timer */
	/* a hardware breakpoint on memory; as an NMI, it can interrupt after any instruction */
	COLLIDE_WATCH,
	COLLIDE_SOURCES,
};

/*
 * Contents of a record. Each kind is an event type: PROCESS_EXEC, PROCESS_TTY_WRITE,
 * PROCESS_EXEC_FAILED.
 */
enum collide_kind {
	COLLIDE_EXEC,
	COLLIDE_TTY,
	COLLIDE_STRINGS,
	COLLIDE_KINDS,
};

/* Sizes of the memory in the test process that programs read fields from, in bytes. */
#define COLLIDE_BYTES       (128 * 1024)
#define COLLIDE_BYTES_START (64 * 1024) /* byte fields begin below this offset */
#define COLLIDE_STRING_SIZE 256         /* distance between two strings; each string is shorter */
#define COLLIDE_STRING_N    240         /* number of strings; together they exceed a list's cap */

/* Each depth below this is counted separately. */
#define COLLIDE_DEPTHS 8

/*
 * Value of the map `collisions`, a per-CPU array with one entry. The depth is the number of
 * programs that are making a record. It is counted for the source of the program that began last.
 */
struct collide_depths {
	__u64 now;
	/* index 0: depths of COLLIDE_DEPTHS and more */
	__u64 seen[COLLIDE_SOURCES][COLLIDE_DEPTHS];
};

/* Argument of collide_sleep. */
struct collide_args {
	__u64 seed;
	__u64 page; /* address of a page that is absent at first */
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

	/* The stack of a program that sleeps is too small to measure strings. */
	return collide_source_of(seed) == COLLIDE_SLEEP ? r % COLLIDE_STRINGS : r % COLLIDE_KINDS;
}

/*
 * True if a COLLIDE_EXEC has the cgroups' paths. The stack of a program that sleeps is too small.
 */
static inline __u32 collide_has_cgroup(__u64 seed)
{
	return collide_source_of(seed) != COLLIDE_SLEEP;
}

/* Word @i of the fixed part, after the header. Word 0 is the seed. */
static inline __u64 collide_word(__u64 seed, __u32 i)
{
	return i ? collide_mix(seed + i) : seed;
}

/*
 * Length of a byte field; @n is the field's index in the record. Three of four fields have a few
 * bytes. The length of one field of 32 is between 7/8 and 9/8 of its cap.
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

/* Index of a list's first string. The list continues to the last string. Most lists are short. */
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
