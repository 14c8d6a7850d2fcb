/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables of candidates for each event type, the preferred one first. A candidate is a set of BPF
 * programs and hooks by which the events are seen. To add a hook, add a row to the table of its
 * category, hooks_<category>.c.
 */
#ifndef ET_HOOKS_H
#define ET_HOOKS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/hooks/arch.h"
#include "lib/include/eventstrace.h"

/*
 * One BPF program of a candidate, and its hook: a tracepoint or a kernel function. If neither is
 * given, the program's section name in the object file names the hook.
 */
struct et_hook_program {
	const char *program;    /* name of the BPF program in probes/; NULL ends a list of them */
	const char *tracepoint; /* tracepoint, for example "syscalls/sys_exit_setsid" */
	/*
	 * kernel function of a fentry, fexit, kprobe or kretprobe program, for example "vfs_unlink"
	 */
	const char *function;
	const char *type; /* type that the BTF of the kernel or of `module` must have */
	const char *module;
	bool old_call; /* the tracepoint's system call is absent if ET_HAS_OLD_CALLS is false */
	bool optional; /* the event is also seen without this program, but less completely */
	/*
	 * an alternative to an earlier entry: the nearest one without this flag. Only used if that
	 * entry, and all alternatives before this one, have failed
	 */
	bool alternative;
	unsigned int with; /* only used if this event is also wanted; 0: always used */
};

/*
 * Maps that only some BPF programs use, as bits. Each candidate lists the maps that its BPF
 * programs use. A map that no chosen candidate lists is not created.
 */
enum et_hook_map {
	ET_MAP_ATTEMPTS = 1 << 0,
	ET_MAP_CALL_FILES = 1 << 1,
	ET_MAP_CONNECTING = 1 << 2,
	ET_MAP_ENDED_CONNECTIONS = 1 << 3,
	ET_MAP_ENDED_SOCKETS = 1 << 4,
	ET_MAP_ENVS = 1 << 5,
	ET_MAP_EXITS_CAPTURED = 1 << 6,
	ET_MAP_EXITS_SENT = 1 << 7,
	ET_MAP_IDS_STASH = 1 << 8,
	ET_MAP_LOOKUPS = 1 << 9, /* all maps for looking up the paths of system calls */
	ET_MAP_PENDING_CALLS = 1 << 10,
	ET_MAP_PENDING_OPS = 1 << 11,
	ET_MAP_SETSID_STASH = 1 << 12,
	ET_MAP_UNRECORDED = 1 << 13,
};

/* The name of a map of enum et_hook_map in the BPF object. */
struct et_hook_map_name {
	enum et_hook_map map; /* one value may be for several maps */
	const char *name;
};

/* A candidate: one set of BPF programs and hooks by which events of a type are seen. */
struct et_hook_candidate {
	unsigned int event_id;
	enum et_attach_kind kind;
	const char *hook; /* the hooks as text for users, like section names of BPF programs */
	/*
	 * Types and functions that the kernel's BTF must have; NULL ends the list. A function may
	 * be given with the names that its arguments must have: "tty_write(iocb, from)".
	 */
	const char *const *needs;
	const struct et_hook_program *programs;
	unsigned int maps; /* maps that the BPF programs use: a mask of enum et_hook_map */
};

/*
 * The candidates for one category of events. The candidates for one event are in order of
 * preference.
 */
struct et_hook_table {
	const struct et_hook_candidate *rows;
	size_t count;
};

/**
 * et_hook_tables() - get the tables of all categories
 * @ret_count:	receives the number of tables
 *
 * All candidates of an event are in one table.
 */
const struct et_hook_table *const *et_hook_tables(size_t *ret_count);

/* Get the names of all maps of enum et_hook_map. *ret_count is set to the number of names. */
const struct et_hook_map_name *et_hook_map_names(size_t *ret_count);

/*
 * The hook of the BPF program @entry as text, for et_plan__fail_program(). NULL if the program's
 * section name names the hook.
 */
static inline const char *et_hook_place(const struct et_hook_program *entry)
{
	if (entry->tracepoint)
		return entry->tracepoint;
	return entry->function ? entry->function : entry->type;
}

/* Loop over the BPF programs of a candidate. Skip those for system calls that the kernel lacks. */
#define et_for_each_program(entry, candidate)                              \
	for ((entry) = (candidate)->programs; (entry)->program; (entry)++) \
		if ((entry)->old_call && !ET_HAS_OLD_CALLS) {              \
		} else

#endif /* ET_HOOKS_H */
