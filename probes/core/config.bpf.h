/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What user space tells the programs before they are loaded. The verifier knows these values and
 * removes the branches that they rule out, so a choice costs nothing when events happen.
 *
 * One definition for all objects: each .bpf.c sees these as weak, and the linker keeps one.
 */
#ifndef ET_CONFIG_BPF_H
#define ET_CONFIG_BPF_H

#include "lib/wire/arguments.h"
#include "probes/core/common.bpf.h"

#define ET_QUIET_TTYS  4
#define ET_QUIET_TGIDS 16

/* The tracer: nothing that it does is recorded. */
const volatile __u32 et_self_tgid __weak = 0;

/* ET_EVENT_BIT of the event types wanted, for programs that serve several. */
const volatile __u64 et_events __weak = ~0ULL;

/* enum et_emit_way; and for ET_WAY_AUTO the size of record from which on it is made directly. */
const volatile __u32 et_way __weak = ET_WAY_VARLEN;
const volatile __u32 et_direct_from __weak = 0;

/* Entries of the map `counts`: a power of two. */
const volatile __u32 et_shards __weak = 1;

/* Let the kernel wake the reader for every record, instead of only when it sleeps. */
const volatile bool et_wakeup_always __weak = false;

/*
 * Where the kernel's tty_write() and redirected_tty_write() are: a file whose write_iter is one
 * of them is a terminal. 0 where /proc/kallsyms hides them.
 */
const volatile __u64 et_tty_write_addr __weak = 0;
const volatile __u64 et_redirected_tty_write_addr __weak = 0;

/*
 * How far behind task_struct::stack the registers are that a system call was entered with; 0: not
 * known.
 */
const volatile __u32 et_stack_regs __weak = 0;

/* Terminals of which nothing is recorded: the one that events are printed on. ET_TERMINAL(). */
const volatile __u64 et_quiet_ttys[ET_QUIET_TTYS] __weak = {};

/* Writes of this process group to these terminals are not recorded: the tracer's own pipeline. */
const volatile __u32 et_quiet_pgid __weak = 0;
const volatile __u64 et_quiet_pgid_ttys[ET_QUIET_TTYS] __weak = {};

/* Terminal writes of these processes are not recorded: those that relay the tracer's terminal. */
const volatile __u32 et_quiet_tgids[ET_QUIET_TGIDS] __weak = {};

/*
 * sched_process_exit passes whether the thread was the last of its process: since 6.16, which
 * also calls it before anything of the process is taken down.
 */
const volatile bool et_exit_has_group_dead __weak = false;

/* A program is attached that sends an exit behind the last close: exit.bpf.c. */
const volatile bool et_exit_late __weak = false;

/* By enum et_arg: see args.bpf.h. */
const volatile __u8 et_args[ET_ARG_ROWS] __weak = {};

/* Can programs keep a value for each task, in BPF_MAP_TYPE_TASK_STORAGE? See task_map.bpf.h. */
const volatile bool et_task_storage __weak = false;

/* Filters: which there are, a mask of ET_FILTER_BIT. Their values are in filter.bpf.c. */
const volatile __u32 et_filters __weak = 0;

/* The reader sets this before it blocks, and takes it back when it wakes. */
volatile __u32 et_reader_sleeping __weak = 0;

/* The reader sets this when it stops recording: programs stay attached a while, and do nothing. */
volatile __u32 et_stopped __weak = 0;

/* Nobody ever sets this. */
volatile __u64 et_zero __weak = 0;

/*
 * A number of which the verifier is to know nothing: what it knows would make a way of its own of
 * each value through the rest of the program.
 */
static __always_inline __u64 et_hide(__u64 value)
{
	return value + et_zero;
}

#define ET_EVENT_BIT(type) (1ULL << (type))

static __always_inline bool et_wants(enum et_event_type type)
{
	return et_events & ET_EVENT_BIT(type);
}

/* The share of a table, of 256, that a user gets: eight bits of the user's number. */
static __always_inline __u32 et_user_share(__u32 uid)
{
	return (uid ^ uid >> 8 ^ uid >> 16 ^ uid >> 24) & 0xff;
}

#endif /* ET_CONFIG_BPF_H */
