/* SPDX-License-Identifier: BSD-2-Clause */
/* Loads programs and maps from the object file into the kernel. */
#ifndef ET_LOAD_H
#define ET_LOAD_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/filter/env.h"
#include "lib/filter/filter.h"
#include "lib/hooks/plan.h"
#include "lib/wire/btf_args.h"
#include "lib/attach/cost.h"
#include "lib/wire/wire.h"

struct bpf_object;
struct et_probes;

/* The programs' configuration before they are loaded: see probes/core/config.bpf.h. */
struct et_load_config {
	__u64 events; /* mask of ET_EVENT_BIT */
	enum et_emit_mode mode;
	bool wakeup_always;
	bool fair;            /* users have shares of the rings */
	bool record_feedback; /* as in struct et_options */
	bool measure;         /* measure the programs' cost for the verifier */
	/* Bytes of the rings, powers of two of whole pages; smaller if the budget requires it. */
	size_t ring_sizes[ET_RING_CLASSES];
	__u64 memory_budget; /* bytes that all maps together may take; 0: no limit */
	__u32 self_tgid;
	__u64 tty_write_addr;
	__u64 redirected_tty_write_addr;
	__u32 pt_regs_offset; /* from et_pt_regs__offset() */
	bool exit_has_group_dead;
	bool sock_storage;      /* ET_FEATURE_SOCK_STORAGE */
	bool sock_entries_grow; /* socket hash maps take memory only as they grow */
	__u32 sock_entries_max; /* largest number of connections that are over */
	bool task_storage;      /* ET_FEATURE_TASK_STORAGE */
	__u8 args[ET_ARG_ROWS]; /* from et_btf_args__fill() */
	/*
	 * Terminals as ET_TERMINAL(). Those that do not fit into the programs' tables are left out.
	 */
	const __u64 *quiet_ttys;
	size_t quiet_tty_count;
	__u32 quiet_pgid;
	const __u64 *quiet_pgid_ttys;
	size_t quiet_pgid_tty_count;
	const __u32 *quiet_tgids;
	size_t quiet_tgid_count;
	const struct et_filter_set *filters;
	const struct et_env_set *env;
	int tracers_fd; /* the map that all tracers share: lib/attach/tracers.h; 0: none */
};

/* Programs in the kernel, not attached. */
struct et_loaded {
	struct et_probes *skel;
	struct bpf_object *obj;          /* the skeleton's */
	volatile __u32 *reader_sleeping; /* the flag of lib/ring/ring.h */
	volatile __u32 *stopped;         /* not 0: programs record nothing more */
	int lanes_fd;                    /* map of struct et_lane */
	int overflow_fd;                 /* map of struct et_overflow */
	int losses_fd;                   /* map of struct et_loss_counts */
	int counts_fd;                   /* map of struct et_shard */
	int shares_fd;                   /* map of struct et_shares */
	int scratch_fd;                  /* scratch slots; -1: not needed */
	struct et_costs costs;           /* of programs, if they are measured */
	int ring_fds[ET_RINGS];
	size_t ring_sizes[ET_RINGS]; /* the actual sizes */
};

/**
 * et_load__open() - load some programs, with all their maps
 * @config:	their configuration
 * @plan:	the programs, and the functions of those that are loaded for one
 * @ret:	receives the loaded programs; the caller frees them with et_load__close()
 * @ret_least:	receives, with -ENOSPC, the least sufficient memory budget
 *
* All or nothing: if one program fails, none is loaded. et_load__try() then shows which one.
 *
 * Return: 0 or a negative errno; -ENOSPC: not even the smallest rings fit the memory budget.
 */
int et_load__open(const struct et_load_config *config, const struct et_plan *plan,
		  struct et_loaded *ret, __u64 *ret_least);

/**
 * et_load__try() - check whether one program loads
 * @config:	its configuration
 * @entry:	the program and its hook
 * @why:	receives, on failure, the verifier's last message
 * @size:	bytes at @why
 *
 * Return: 0 if it loads, or a negative errno.
 */
int et_load__try(const struct et_load_config *config, const struct et_hook_program *entry,
		 char *why, size_t size);

/*
 * Number of times that the kernel skipped a program run. The program would have interrupted itself
 * on its CPU, or another program that must not run at the same time. The events of these runs are
 * unknown. Known since Linux 5.12, commit 9ed9e9ba2337 ("bpf: Count the number of times recursion
 * was prevented"); for tracepoints and kprobes since 6.7; 0 before.
 */
__u64 et_load__skipped(const struct et_loaded *loaded);

/* Upper bound of the kernel memory in bytes that was not allocated from the beginning. */
struct et_grown {
	__u64 sockets; /* data that belong to sockets: the largest number at one time */
	__u64 tasks;   /* values that belong to tasks, which keep them until their exit */
};

/*
 * Kernel memory that was allocated while programs ran. The kernel does not report how many values a
 * storage has. So programs count the created ones, and no task has more than one of a kind.
 */
void et_load__grown(const struct et_loaded *loaded, struct et_grown *ret);

/* Before programs are detached: let programs with captured records send them. */
void et_load__settle(const struct et_loaded *loaded);

/* Unload everything. */
void et_load__close(struct et_loaded *loaded);

/**
 * et_verifier_words() - the error message in a verifier's log
 * @log:	the log; may be empty
 * @ret:	receives its last line but for the statistics, at most @size bytes
 * @size:	bytes at @ret
 *
 * Return: true if there was one.
 */
bool et_verifier_words(const char *log, char *ret, size_t size);

#endif /* ET_LOAD_H */
