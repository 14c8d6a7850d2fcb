/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where each event type can be seen: a table of candidates, best first. Adding a way to hook an
 * event is adding a row to hooks.c.
 */
#ifndef ET_HOOKS_H
#define ET_HOOKS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/include/eventstrace.h"

/* One program of a candidate, and where it goes. */
struct et_hook_program {
	const char *program;    /* its name in probes/; NULL ends a list */
	const char *tracepoint; /* "syscalls/sys_exit_setsid"; NULL: where its section says */
	bool optional;          /* the event is seen without it too, if less of it */
};

/* A way to see an event type. */
struct et_hook_candidate {
	unsigned int event_id;
	enum et_attach_kind kind;
	const char *hook;         /* for people, as sections are named */
	const char *const *needs; /* names that the kernel's BTF must have; NULL ends them */
	const struct et_hook_program *programs;
};

/**
 * et_hook_candidates() - the table
 * @ret_count:	receives how many rows
 *
 * Return: the rows, by event id, and for each event by preference.
 */
const struct et_hook_candidate *et_hook_candidates(size_t *ret_count);

#endif /* ET_HOOKS_H */
