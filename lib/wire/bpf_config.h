/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The configuration of the BPF programs: the variable `et_config` of probes/core/config.bpf.h. User
 * space sets it before it loads the BPF programs. Include this file after <stdbool.h>, and in BPF
 * programs after vmlinux.h.
 */
#ifndef ET_WIRE_BPF_CONFIG_H
#define ET_WIRE_BPF_CONFIG_H

#include "lib/wire/btf_args.h"
#include "lib/wire/shared.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wpadded"

#define ET_QUIET_TTYS  4
#define ET_QUIET_TGIDS 16

/* Number of BPF programs on one CPU that can select environment variables at once: env.bpf.h. */
#define ET_ENV_SLOTS 2

/*
 * The values of the filters, and how many values each kind of filter has. The first index of each
 * array is an enum et_filter_form. Two kinds of values are in maps, and only their number is here:
 * path prefixes (map `path_prefixes`) and patterns of thread names (map `comm_patterns`).
 */
struct et_filter_set {
	__u32 used;                       /* kinds of filters in use: a mask of ET_FILTER_BIT */
	__u32 counts[2][ET_FILTER_KINDS]; /* number of values, without patterns of names */
	__u32 comm_patterns[2];
	__u32 pids[2][ET_FILTER_VALUES];
	__u32 trees[2][ET_FILTER_VALUES];
	__u32 uids[2][ET_FILTER_VALUES];
	__u32 pad;
	__u64 comms[2][ET_FILTER_VALUES][2];
	__u64 cgroups[2][ET_FILTER_VALUES];
};

/* The environment variables to record. */
struct et_env_set {
	struct et_env_names wanted;
	bool limited; /* true: record only `wanted`; false: record the whole environment */
	__u8 pad[7];
};

struct et_bpf_config {
	__u64 events; /* mask of ET_EVENT_BIT: the wanted event types */

	/*
	 * Addresses of tty_write() and redirected_tty_write(). An open file is a terminal if its
	 * file_operations::write_iter is one of them. 0 if the kernel hides the addresses.
	 */
	__u64 tty_write_addr;
	__u64 redirected_tty_write_addr;

	/*
	 * Terminals, as ET_TERMINAL(), that show the tracer's output. Writes to them are not
	 * recorded. Unused elements are 0.
	 */
	__u64 quiet_ttys[ET_QUIET_TTYS];
	/*
	 * Terminals, as ET_TERMINAL(). Writes to them by the process group quiet_pgid, the tracer's
	 * own pipeline, are not recorded.
	 */
	__u64 quiet_pgid_ttys[ET_QUIET_TTYS];
	__u32 quiet_pgid;
	/*
	 * Process IDs of the tracer's ancestors, for example sshd. Their terminal writes are not
	 * recorded, because they may relay the tracer's output. Unused elements are 0.
	 */
	__u32 quiet_tgids[ET_QUIET_TGIDS];

	__u32 self_tgid; /* the tracer's process: nothing that it does is recorded */

	__u32 emit_mode;   /* enum et_emit_mode */
	__u32 direct_from; /* ET_EMIT_BY_SIZE: records of this size or more are built in the ring */
	__u32 shards;      /* entries of the map `counts`: a power of two */

	/*
	 * After a query of how full a ring is, a lane adds (ring size >> fair_look_shift) bytes
	 * before its next query. Meanwhile all CPUs that use the ring together add about an eighth
	 * of the ring.
	 */
	__u32 fair_look_shift;

	/*
	 * Largest number of rings of a class. If it is more than 1, et_lane::ring_keys gives the
	 * ring of a CPU.
	 */
	__u32 ring_shards;
	__u32 pad;

	/*
	 * Offset from task_struct::stack to the registers that the system call was entered with;
	 * 0: unknown.
	 */
	__u32 pt_regs_offset;

	/* Number of entries of the map `envs`: ET_ENV_SLOTS for each of at most 64 online CPUs. */
	__u32 env_slots;

	/* Sizes of two hash maps: ended connections with open sockets, and connection attempts. */
	__u32 sock_entries_ended_max;
	__u32 sock_entries_attempts_max;

	bool wakeup_always; /* the kernel's own rule decides which records wake a sleeping reader */
	bool fair;          /* each user may fill only a share of a ring: fair.bpf.h */
	bool record_feedback; /* keep writes that a tracer's output may cause: feedback.bpf.h */
	/*
	 * The tracepoint sched_process_exit has an argument that is true for the last thread of a
	 * process. Linux 6.16 added it. Since then, the tracepoint also comes earlier: the process
	 * still has all of its resources.
	 */
	bool exit_has_group_dead;
	bool exit_late;    /* an exit is sent late if the process has sockets: exit.bpf.c */
	bool task_storage; /* values of tasks are in BPF_MAP_TYPE_TASK_STORAGE: task_map.bpf.h */
	bool sock_storage; /* values of sockets are in BPF_MAP_TYPE_SK_STORAGE: sock_entry.bpf.h */

	bool failed_only; /* drop exits with status 0 */

	/*
	 * Programs for single system calls run from the tracepoints of all system calls:
	 * calls.bpf.c.
	 */
	bool calls_tp_btf;
	__u8 pad_bools[7];

	__u8 args[(ET_ARG_ROWS + 7) / 8 * 8]; /* argument positions, by enum et_arg: args.bpf.h */

	struct et_filter_set filters;
	struct et_env_set env;
};

#pragma GCC diagnostic pop

#endif /* ET_WIRE_BPF_CONFIG_H */
