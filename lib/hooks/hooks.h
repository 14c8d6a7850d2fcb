/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hooks of each event type: tables of candidates, best first. To add a hook, add a row to the
 * table of its category, hooks_<category>.c.
 */
#ifndef ET_HOOKS_H
#define ET_HOOKS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/include/eventstrace.h"

/*
 * One program of a candidate, and its hook: a tracepoint or a function. If neither is named, the
 * program's section names the hook.
 */
struct et_hook_program {
	const char *program;    /* its name in probes/; NULL ends a list */
	const char *tracepoint; /* "syscalls/sys_exit_setsid" */
	const char *function;   /* "vfs_unlink": of the kernel, for fentry, fexit, k(ret)probe */
	const char *type;       /* required type in BTF: the kernel's, or that of module @module */
	const char *module;
	bool optional;     /* the event is also seen without it, but less completely */
	bool alternative;  /* used if all before it fail, back to the first without this flag */
	unsigned int with; /* used only if this event is also wanted; 0: always */
};

/*
 * Maps that only some programs use. The row of a candidate names those that its programs use. If no
 * chosen row names a map, it is not created.
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
	ET_MAP_LOOKUPS = 1 << 9, /* all maps that follow the paths of system calls */
	ET_MAP_PENDING_CALLS = 1 << 10,
	ET_MAP_PENDING_OPS = 1 << 11,
	ET_MAP_SETSID_STASH = 1 << 12,
	ET_MAP_UNRECORDED = 1 << 13,
};

/* A map's name in probes/. */
struct et_hook_map_name {
	enum et_hook_map map; /* may have several names */
	const char *name;
};

/* One set of hooks that sees an event type. */
struct et_hook_candidate {
	unsigned int event_id;
	enum et_attach_kind kind;
	const char *hook; /* for people, named like sections */
	/*
	 * Names that the kernel's BTF must contain; ends with NULL. Either any names, or functions
	 * with the names of all their arguments: "tty_write(iocb, from)".
	 */
	const char *const *needs;
	const struct et_hook_program *programs;
	unsigned int maps; /* mask of enum et_hook_map */
};

/* The rows of one category: for each event in order of preference. */
struct et_hook_table {
	const struct et_hook_candidate *rows;
	size_t count;
};

/**
 * et_hook_tables() - all tables
 * @ret_count:	receives their number
 *
* All rows of an event are in one table.
 */
const struct et_hook_table *const *et_hook_tables(size_t *ret_count);

/* The names of all maps of enum et_hook_map, and their number. */
const struct et_hook_map_name *et_hook_map_names(size_t *ret_count);

/* A program's hook, as et_plan__fail_program() takes it; NULL: its section names the hook. */
static inline const char *et_hook_place(const struct et_hook_program *entry)
{
	if (entry->tracepoint)
		return entry->tracepoint;
	return entry->function ? entry->function : entry->type;
}

/* Walks the entries of a candidate's list of programs. */
#define et_for_each_program(entry, candidate) \
	for ((entry) = (candidate)->programs; (entry)->program; (entry)++)

#endif /* ET_HOOKS_H */
