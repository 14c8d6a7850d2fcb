/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hooks that see each event type: tables of candidates, best first. To add a hook, add a row to
 * the table of its category, hooks_<category>.c.
 */
#ifndef ET_HOOKS_H
#define ET_HOOKS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/include/eventstrace.h"

/*
 * One BPF program of a candidate, and its hook: a tracepoint or a function. If neither is given,
 * the program's section in the object file names the hook.
 */
struct et_hook_program {
	const char *program;    /* the program's name in probes/; NULL ends a list of programs */
	const char *tracepoint; /* tracepoint of a system call: "syscalls/sys_exit_setsid" */
	/* kernel function for fentry, fexit, kprobe or kretprobe: "vfs_unlink" */
	const char *function;
	const char *type; /* type that BTF must have, of the kernel or of module `module` */
	const char *module;
	bool optional; /* without this program the event is also seen, but less completely */
	/* used only if the preceding entries fail, back to the last one without this flag */
	bool alternative;
	unsigned int with; /* the program is used only if this event is also wanted; 0: always */
};

/*
 * Maps that only some programs use, as bits. The row of a candidate names the maps that its
 * programs use. A map that no chosen row names is not created.
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
	ET_MAP_LOOKUPS = 1 << 9, /* all maps for following the paths of system calls */
	ET_MAP_PENDING_CALLS = 1 << 10,
	ET_MAP_PENDING_OPS = 1 << 11,
	ET_MAP_SETSID_STASH = 1 << 12,
	ET_MAP_UNRECORDED = 1 << 13,
};

/* The name in probes/ of a map of enum et_hook_map. */
struct et_hook_map_name {
	enum et_hook_map map; /* one value can mean several maps */
	const char *name;
};

/* A candidate: one set of programs and hooks that sees an event type. */
struct et_hook_candidate {
	unsigned int event_id;
	enum et_attach_kind kind;
	const char *hook; /* the hooks as text for users, in the form of section names */
	/*
	 * Names that the kernel's BTF must have; NULL ends the list. A name is that of any type or
	 * function, or a function with the names of all its arguments: "tty_write(iocb, from)".
	 */
	const char *const *needs;
	const struct et_hook_program *programs;
	unsigned int maps; /* maps that the programs use: a mask of enum et_hook_map */
};

/* The candidates of one category of events; those of one event in order of preference. */
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

/* Get the names of all maps of enum et_hook_map. *ret_count: number of names. */
const struct et_hook_map_name *et_hook_map_names(size_t *ret_count);

/*
 * The hook of an entry as text, for et_plan__fail_program(). NULL: the program's section names the
 * hook.
 */
static inline const char *et_hook_place(const struct et_hook_program *entry)
{
	if (entry->tracepoint)
		return entry->tracepoint;
	return entry->function ? entry->function : entry->type;
}

/* Loop over the programs of a candidate. */
#define et_for_each_program(entry, candidate) \
	for ((entry) = (candidate)->programs; (entry)->program; (entry)++)

#endif /* ET_HOOKS_H */
