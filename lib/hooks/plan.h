/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Chooses a candidate for each event: first fit wins. A plan starts with the best candidates. If
 * one of them or one of its programs fails, the caller marks it as failed, and chooses again.
 */
#ifndef ET_PLAN_H
#define ET_PLAN_H

#include "lib/hooks/hooks.h"

/* One candidate of one wanted event type. */
struct et_plan_row {
	const struct et_hook_candidate *candidate; /* NULL: none of the requested kind */
	unsigned int event_id;
	enum et_attach_kind kind;
	bool chosen;
	int err;       /* not 0: it fails */
	char why[256]; /* the reason as text */
};

struct et_plan {
	struct et_plan_row *rows; /* by event id and preference */
	size_t count;
	uint64_t events; /* wanted events, mask of ET_EVENT_BIT */
	/* Rows of programs that fail. */
	const struct et_hook_program **dropped;
	size_t dropped_count;
};

/**
 * et_plan__init() - the rows of some events, none chosen yet
 * @plan:	receives the plan; the caller frees its contents with et_plan__done()
 * @tables:	the candidates
 * @table_count: how many tables
 * @events:	mask of ET_EVENT_BIT
 * @kind:	take only this kind; ET_ATTACH_ANY: all
 *
* An event without a candidate of that kind has one row with that reason.
 *
 * Return: 0 or -ENOMEM.
 */
int et_plan__init(struct et_plan *plan, const struct et_hook_table *const *tables,
		  size_t table_count, uint64_t events, enum et_attach_kind kind);

/* Choose the first candidate of each event that works. Return: mask of the events that have one. */
uint64_t et_plan__choose(struct et_plan *plan);

/* Mark a candidate as failed, with an errno and a reason, formatted as by printf. */
__attribute__((format(printf, 3, 4))) void et_plan__fail(struct et_plan_row *row, int err,
							 const char *fmt, ...);

/**
 * et_plan__fail_program() - mark a program as failed
 * @plan:	the plan
 * @program:	its name
 * @place:	the failing hook, a tracepoint or function: only list entries for it; NULL: all
 * @err:	negative errno
 * @why:	the reason as text
 *
 * Drops the entry from each candidate that contains it. Fails the candidates that need it and have
 * no alternative left.
 */
void et_plan__fail_program(struct et_plan *plan, const char *program, const char *place, int err,
			   const char *why);

/* True if a candidate's entry is used: it works, and is not an alternative to a working one. */
bool et_plan__uses(const struct et_plan *plan, const struct et_hook_program *entry);

/**
 * et_plan__wants() - true if a chosen candidate needs a program
 * @plan:	the plan
 * @program:	its name
 * @ret_entry:	receives the first entry with it; may be NULL
 */
bool et_plan__wants(const struct et_plan *plan, const char *program,
		    const struct et_hook_program **ret_entry);

/* The maps that the chosen candidates use: a mask of enum et_hook_map. */
unsigned int et_plan__maps(const struct et_plan *plan);

/* True if a chosen candidate works without an optional program. */
bool et_plan__goes_without(const struct et_plan *plan, const struct et_hook_program *entry);

/* Free the plan's contents. */
void et_plan__done(struct et_plan *plan);

#endif /* ET_PLAN_H */
