/* SPDX-License-Identifier: BSD-2-Clause */
/* Loads BPF programs and maps from the object file into the kernel. */
#ifndef ET_LOAD_H
#define ET_LOAD_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/filter/filter.h"
#include "lib/hooks/plan.h"
#include "lib/attach/cost.h"
#include "lib/wire/bpf_config.h"
#include "lib/wire/wire.h"

struct bpf_object;
struct et_btf_subset;
struct et_probes;

/* The configuration for loading the BPF programs. */
struct et_load_config {
	struct et_bpf_config bpf;             /* values for the BPF programs */
	const struct et_prefix_set *prefixes; /* the filters' prefixes, read by et_load__open() */
	bool measure; /* get the verifier's statistics of each program: cost.h */
	/*
	 * For each class, the bytes of all its rings together: a power of two, at least a page. The
	 * memory budget may make the rings smaller.
	 */
	size_t ring_sizes[ET_RING_CLASSES];
	/*
	 * For each class, the wanted number of rings: a power of two; 0: chosen from the number of
	 * CPUs. If the rings would be too small, there are fewer: et_ring_shards__fit().
	 * bpf.ring_shards is the largest of these numbers.
	 */
	unsigned int shards[ET_RING_CLASSES];
	bool trial;             /* true: no program will run, and all rings have one page */
	__u64 memory_budget;    /* bytes that all maps together may take; 0: no limit */
	bool sock_entries_grow; /* socket hash maps take memory only as they grow */
	int tracers_fd;         /* the map that all tracers share: lib/attach/tracers.h; 0: none */
	struct et_btf_subset *types; /* the kernel types that the BPF programs use */
};

/* The BPF programs and maps that are loaded into the kernel, but not attached yet. */
struct et_loaded {
	struct et_probes *skel;
	struct bpf_object *obj; /* object of the skeleton */
	/* the BPF programs' variable et_reader_sleeping, for lib/ring/ring.h */
	volatile __u32 *reader_sleeping;
	/* the BPF programs' variable et_reader_napping */
	volatile __u32 *reader_napping;
	/* the BPF programs' variable et_stopped; not 0: they record nothing more */
	volatile __u32 *stopped;
	int lanes_fd;    /* descriptor of the map `lanes`, of struct et_lane */
	int overflow_fd; /* descriptor of the map `overflow`, of struct et_overflow */
	int losses_fd;   /* descriptor of the map `losses`, of struct et_loss_counts */
	int counts_fd;   /* descriptor of the map `counts`, of struct et_shard */
	int shares_fd;   /* descriptor of the map `shares`, of struct et_shares */
	/* descriptor of the map `scratch`; -1: all records are packed in the rings */
	int scratch_fd;
	struct et_costs costs; /* the verifier's statistics of each program, if requested */
	/* descriptors of the rings; the index is et_ring_key() or ET_RING_WAKE. -1: no ring */
	int ring_fds[ET_RING_KEYS_MAX];
	/* number of rings of each class; a CPU uses one ring of each class */
	unsigned int shards[ET_RING_CLASSES];
	/* bytes of the data of each ring, after the rings were made to fit the memory budget */
	size_t ring_sizes[ET_RINGS];
};

/**
 * et_load__open() - load the BPF programs of a plan, with their maps
 * @config:	the configuration of the BPF programs, and the sizes of their maps and rings
 * @plan:	the chosen candidates, which name the BPF programs and their functions
 * @ret:	receives the loaded BPF programs; the caller frees them with et_load__close()
 * @ret_least:	receives, with -ENOSPC, the least memory budget that suffices
 *
 * If one BPF program does not load, none is loaded. With et_load__try(), the caller can find out
 * which one fails.
 *
 * Return: 0 or a negative errno; -ENOSPC: the memory budget is too small for the smallest rings.
 */
int et_load__open(const struct et_load_config *config, const struct et_plan *plan,
		  struct et_loaded *ret, __u64 *ret_least);

/**
 * et_load__try() - check whether one BPF program loads
 * @config:	how to load the BPF program
 * @entry:	the BPF program and its hook
 * @why:	receives, on failure, a sentence with the verifier's last message, or with the
 *		errno's text
 * @size:	bytes at @why
 *
 * Return: 0 if it loads, or a negative errno.
 */
int et_load__try(const struct et_load_config *config, const struct et_hook_program *entry,
		 char *why, size_t size);

/*
 * Number of times that the kernel did not run a BPF program at its hook. The program would have
 * interrupted itself, or another BPF program that must not be interrupted. It is unknown which
 * events were missed. The kernel counts these cases since 5.12, commit 9ed9e9ba2337 ("bpf: Count
 * the number of times recursion was prevented"). For tracepoints and kprobes, it counts them since
 * 6.7. On older kernels, the result is 0.
 */
__u64 et_load__skipped(const struct et_loaded *loaded);

/* Kernel memory in bytes of the rings and maps. */
struct et_locked {
	__u64 rings;
	__u64 scratch; /* the map `scratch`, in which BPF programs build records */
	__u64 maps;    /* all other maps */
};

/**
 * et_load__locked() - add up the kernel memory of all rings and maps that exist
 * @loaded:	the loaded BPF programs, or none: then all sums are 0
 * @ret:	receives the sums; all 0 on failure
 *
 * Return: 0, or a negative errno if the kernel does not report the memory of a map.
 */
int et_load__locked(const struct et_loaded *loaded, struct et_locked *ret);

/* Upper bound of the kernel memory in bytes that was allocated while BPF programs ran. */
struct et_grown {
	__u64 sockets; /* data in socket storage: the largest amount at one time */
	__u64 tasks;   /* values in task storage, which keeps them until the task exits */
};

/*
 * Compute an upper bound of the memory of task and socket storage. The kernel does not report how
 * many values a storage has. So BPF programs count the values that they create. In task storage,
 * the number of tasks is a second limit, because a task has at most one value of a kind.
 */
void et_load__grown(const struct et_loaded *loaded, struct et_grown *ret);

/*
 * Wait until the captured exits of processes have been sent, at most 100 ms. Call this before the
 * BPF programs are detached.
 */
void et_load__settle(const struct et_loaded *loaded);

/* Unload the BPF programs and maps, and close the rings. */
void et_load__close(struct et_loaded *loaded);

/**
 * et_verifier_words() - find the error message in a verifier's log
 * @log:	the log; may be empty
 * @ret:	receives the log's last line, statistics excluded, at most @size bytes
 * @size:	bytes at @ret
 *
 * Return: true if there was such a line.
 */
bool et_verifier_words(const char *log, char *ret, size_t size);

#endif /* ET_LOAD_H */
