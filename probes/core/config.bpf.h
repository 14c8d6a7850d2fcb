/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Values that user space sets before the programs are loaded. The verifier knows them and removes
 * the branches that they rule out, so a choice costs nothing when events happen.
 *
 * All objects share one definition: it is weak in each .bpf.c, and the linker keeps one.
 */
#ifndef ET_CONFIG_BPF_H
#define ET_CONFIG_BPF_H

#include "lib/wire/btf_args.h"
#include "probes/core/common.bpf.h"

#define ET_QUIET_TTYS  4
#define ET_QUIET_TGIDS 16

/* The tracer's process: nothing that it does is recorded. */
const volatile __u32 et_self_tgid __weak = 0;

/* ET_EVENT_BIT of the wanted event types, for programs that serve several. */
const volatile __u64 et_events __weak = ~0ULL;

/*
 * enum et_emit_mode. With ET_EMIT_BY_SIZE: the record size from which records are packed in the
 * ring.
 */
const volatile __u32 et_emit_mode __weak = ET_EMIT_COPY;
const volatile __u32 et_direct_from __weak = 0;

/* Entries of the map `counts`: a power of two. */
const volatile __u32 et_shards __weak = 1;

/* Let the kernel wake the reader for every record, instead of only when it sleeps. */
const volatile bool et_wakeup_always __weak = false;

/*
 * Addresses of tty_write() and redirected_tty_write(). A file whose write_iter is one of them is a
 * terminal. 0 if /proc/kallsyms hides them.
 */
const volatile __u64 et_tty_write_addr __weak = 0;
const volatile __u64 et_redirected_tty_write_addr __weak = 0;

/*
 * Offset from task_struct::stack to the registers that the system call was entered with; 0:
 * unknown.
 */
const volatile __u32 et_pt_regs_offset __weak = 0;

/* Terminals whose writes are not recorded: the one that shows the events. See ET_TERMINAL(). */
const volatile __u64 et_quiet_ttys[ET_QUIET_TTYS] __weak = {};

/* Writes of this process group to these terminals are not recorded: the tracer's own pipeline. */
const volatile __u32 et_quiet_pgid __weak = 0;
const volatile __u64 et_quiet_pgid_ttys[ET_QUIET_TTYS] __weak = {};

/* Terminal writes of these processes are not recorded: those that relay the tracer's terminal. */
const volatile __u32 et_quiet_tgids[ET_QUIET_TGIDS] __weak = {};

/* True if writes are recorded although a tracer's own output may cause them: feedback.bpf.h. */
const volatile bool et_record_feedback __weak = false;

/*
 * True if sched_process_exit passes whether the thread was the last of its process. Linux 6.16
 * added this, and calls it before the process loses any of its resources.
 */
const volatile bool et_exit_has_group_dead __weak = false;

/* True if a program is attached that sends an exit after the last close: exit.bpf.c. */
const volatile bool et_exit_late __weak = false;

/* By enum et_arg: see args.bpf.h. */
const volatile __u8 et_args[ET_ARG_ROWS] __weak = {};

/* True if programs can keep a value for each task in BPF_MAP_TYPE_TASK_STORAGE: task_map.bpf.h. */
const volatile bool et_task_storage __weak = false;

/* The kinds of filters in use: a mask of ET_FILTER_BIT. Their values are in filter.bpf.c. */
const volatile __u32 et_filters __weak = 0;

/* The reader sets this before it blocks, and clears it when it wakes. */
volatile __u32 et_reader_sleeping __weak = 0;

/*
 * The reader sets this when it stops recording. Programs then stay attached for a while and do
 * nothing.
 */
volatile __u32 et_stopped __weak = 0;

/* Always 0; the verifier does not know it. */
volatile __u64 et_zero __weak = 0;

/*
 * Hide a number's value from the verifier. Otherwise the verifier follows the rest of the program
 * once for each value that it knows.
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

/* The share of a table, one of 256, that a user gets: eight bits of the user's ID. */
static __always_inline __u32 et_user_share(__u32 uid)
{
	return (uid ^ uid >> 8 ^ uid >> 16 ^ uid >> 24) & 0xff;
}

#endif /* ET_CONFIG_BPF_H */
