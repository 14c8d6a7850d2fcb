/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Chooses a candidate for each event: first fit wins. A plan starts with the best candidates. If
 * one of them or one of its programs fails, the caller marks it as failed, and chooses again.
 */
#ifndef ET_PLAN_H
#define ET_PLAN_H

#include "lib/hooks/hooks.h"

/* A row of a plan: one candidate of one wanted event type. */
struct et_plan_row {
	/* NULL: the event has no candidate of the requested kind */
	const struct et_hook_candidate *candidate;
	unsigned int event_id;
	enum et_attach_kind kind;
	bool chosen;
	int err;       /* 0, or the negative errno for which the candidate fails */
	char why[256]; /* why the candidate fails, as text */
};

struct et_plan {
	struct et_plan_row *rows; /* the rows, by event ID and then by preference */
	size_t count;
	uint64_t events; /* the wanted events: a mask of ET_EVENT_BIT */
	/* Entries of the hook tables whose programs fail. */
	const struct et_hook_program **dropped;
	size_t dropped_count;
};

/**
 * et_plan__init() - make a plan for some events, without a choice yet
 * @plan:	receives the plan; the caller frees its contents with et_plan__done()
 * @tables:	the tables of candidates
 *	@table_count: number of tables
 * @events:	the wanted events: a mask of ET_EVENT_BIT
 * @kind:	use only candidates of this kind; ET_ATTACH_ANY: of all kinds
 *
 * An event without a candidate of this kind gets one row that gives this as its reason.
 *
 * Return: 0 or -ENOMEM.
 */
int et_plan__init(struct et_plan *plan, const struct et_hook_table *const *tables,
		  size_t table_count, uint64_t events, enum et_attach_kind kind);

/*
 * Choose for each event the first candidate that has not failed. Return: mask of the events that
 * have one.
 */
uint64_t et_plan__choose(struct et_plan *plan);

/* Mark a candidate as failed, with an errno and a reason, formatted as by printf. */
__attribute__((format(printf, 3, 4))) void et_plan__fail(struct et_plan_row *row, int err,
							 const char *fmt, ...);

/**
 * et_plan__fail_program() - mark a program as failed
 * @plan:	the plan
 * @program:	the program's name
 * @place:	the hook that fails, a tracepoint or function; NULL: the program fails on all its
 *		hooks
 * @err:	negative errno
 * @why:	the reason as text
 *
 * Drops the program's entry from each candidate. A candidate fails if it needs the entry and has no
 * alternative left.
 */
void et_plan__fail_program(struct et_plan *plan, const char *program, const char *place, int err,
			   const char *why);

/*
 * True if the plan uses a candidate's entry: it works, and is not the alternative to an entry that
 * works.
 */
bool et_plan__uses(const struct et_plan *plan, const struct et_hook_program *entry);

/**
 * et_plan__wants() - true if a chosen candidate needs a program
 * @plan:	the plan
 * @program:	the program's name
 * @ret_entry:	receives the first entry of the program; may be NULL
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
