/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which candidate sees which event: first fit wins. A plan starts from the best of everything;
 * whoever finds that a candidate or one of its programs does not work says so, and chooses again.
 */
#ifndef ET_PLAN_H
#define ET_PLAN_H

#include "lib/attach/hooks.h"

/* One candidate of one wanted event type. */
struct et_plan_row {
	const struct et_hook_candidate *candidate; /* NULL: none of the kind that was asked for */
	unsigned int event_id;
	enum et_attach_kind kind;
	bool chosen;
	int err;       /* not 0: it does not work */
	char why[256]; /* the same for people */
};

struct et_plan {
	struct et_plan_row *rows; /* by event id and preference */
	size_t count;
	uint64_t events; /* that are wanted, mask of ET_EVENT_BIT */
	/* Entries of programs that do not work. */
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
 * An event of which no candidate is of that kind has one row that says so.
 *
 * Return: 0 or -ENOMEM.
 */
int et_plan__init(struct et_plan *plan, const struct et_hook_table *const *tables,
		  size_t table_count, uint64_t events, enum et_attach_kind kind);

/* Choose the first candidate of each event that works. Return: mask of the events that have one. */
uint64_t et_plan__choose(struct et_plan *plan);

/* A candidate does not work: with what errno, and why, formatted as by printf. */
__attribute__((format(printf, 3, 4))) void et_plan__fail(struct et_plan_row *row, int err,
							 const char *fmt, ...);

/**
 * et_plan__fail_program() - a program does not work
 * @plan:	the plan
 * @program:	its name
 * @place:	where it does not, a tracepoint or function: only list entries for it; NULL: nowhere
 * @err:	negative errno
 * @why:	the same for people
 *
 * Drops the entry from each candidate that has it, and fails those that need it and have no
 * alternative to it left.
 */
void et_plan__fail_program(struct et_plan *plan, const char *program, const char *place, int err,
			   const char *why);

/* Whether an entry of a candidate is to be used: it works, and is no alternative to one that does. */
bool et_plan__uses(const struct et_plan *plan, const struct et_hook_program *entry);

/**
 * et_plan__wants() - whether a chosen candidate needs a program
 * @plan:	the plan
 * @program:	its name
 * @ret_entry:	receives the first entry with it; may be NULL
 */
bool et_plan__wants(const struct et_plan *plan, const char *program,
		    const struct et_hook_program **ret_entry);

/* Whether a chosen candidate goes without an optional program. */
bool et_plan__goes_without(const struct et_plan *plan, const struct et_hook_program *entry);

/* Free what the plan holds. */
void et_plan__done(struct et_plan *plan);

#endif /* ET_PLAN_H */
