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
