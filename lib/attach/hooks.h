/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where each event type can be seen: tables of candidates, best first. Adding a way to hook an
 * event is adding a row to the table of its category, hooks_<category>.c.
 */
#ifndef ET_HOOKS_H
#define ET_HOOKS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/include/eventstrace.h"

/*
 * One program of a candidate, and where it goes: to a tracepoint, to a function, or, if neither is
 * named, to where its section says.
 */
struct et_hook_program {
	const char *program;    /* its name in probes/; NULL ends a list */
	const char *tracepoint; /* "syscalls/sys_exit_setsid" */
	const char *function;   /* "vfs_unlink": of the kernel, for fentry, fexit, k(ret)probe */
	const char *type;       /* that BTF must have: of the kernel's, or of the module @module */
	const char *module;
	bool optional;     /* the event is seen without it too, if less of it */
	bool alternative;  /* used only if those before it, back to the first not so, fail */
	unsigned int with; /* used only if this event is wanted too; 0: always */
};

/* A way to see an event type. */
struct et_hook_candidate {
	unsigned int event_id;
	enum et_attach_kind kind;
	const char *hook; /* for people, as sections are named */
	/*
	 * What the kernel's BTF must have; NULL ends them: names of anything, or of functions with
	 * the names of all their arguments, "tty_write(iocb, from)".
	 */
	const char *const *needs;
	const struct et_hook_program *programs;
};

/* The rows of one category: for each event by preference. */
struct et_hook_table {
	const struct et_hook_candidate *rows;
	size_t count;
};

/**
 * et_hook_tables() - all tables
 * @ret_count:	receives how many
 *
 * All rows of an event stand in one table.
 */
const struct et_hook_table *const *et_hook_tables(size_t *ret_count);

/* Where a program goes, as et_plan__fail_program() takes it; NULL: where its section says. */
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
