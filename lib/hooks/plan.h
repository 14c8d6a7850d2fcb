/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Chooses a candidate (a set of BPF programs and hooks) for each wanted event. At first it chooses
 * the preferred candidate of each event. If the kernel refuses a candidate or a BPF program, the
 * caller marks it as failed and chooses again.
 */
#ifndef ET_PLAN_H
#define ET_PLAN_H

#include "lib/hooks/hooks.h"

/* A row of a plan: one candidate (set of BPF programs and hooks) for one wanted event type. */
struct et_plan_row {
	/* NULL: the hook tables have no candidate of the requested kind for this event */
	const struct et_hook_candidate *candidate;
	unsigned int event_id;
	enum et_attach_kind kind;
	bool chosen;
	int err;       /* negative errno if the kernel does not support the candidate, else 0 */
	char why[256]; /* the reason for `err`, as text */
};

struct et_plan {
	struct et_plan_row *rows; /* the rows, by event ID and then by preference */
	size_t count;
	uint64_t events; /* the wanted events: a mask of ET_EVENT_BIT */
	/*
	 * Entries of the hook tables with a BPF program that the kernel refused to load or attach.
	 */
	const struct et_hook_program **dropped;
	size_t dropped_count;
};

/**
 * et_plan__init() - make a plan for some events, in which no candidate is chosen yet
 * @plan:	receives the plan; the caller frees its contents with et_plan__done()
 * @tables:	the tables of candidates
 * @table_count: number of tables
 * @events:	the wanted events: a mask of ET_EVENT_BIT
 * @kind:	use only candidates of this kind of hook; ET_ATTACH_ANY: of all kinds
 *
 * If an event has no candidate of this kind, the plan has one failed row for the event. The row's
 * `why` gives the missing candidate as the reason.
 *
 * Return: 0 or -ENOMEM.
 */
int et_plan__init(struct et_plan *plan, const struct et_hook_table *const *tables,
		  size_t table_count, uint64_t events, enum et_attach_kind kind);

/*
 * Choose for each event the first candidate that is not marked as failed. Returns a mask of the
 * events that have such a candidate.
 */
uint64_t et_plan__choose(struct et_plan *plan);

/* Mark a candidate as failed. @err is a negative errno; the reason is formatted as by printf. */
__attribute__((format(printf, 3, 4))) void et_plan__fail(struct et_plan_row *row, int err,
							 const char *fmt, ...);

/**
 * et_plan__fail_program() - mark a BPF program as failed: it cannot be loaded or attached
 * @plan:	the plan
 * @program:	the program's name
 * @place:	the tracepoint or function on which it fails; NULL: it fails on all its
 *		hooks
 * @err:	negative errno
 * @why:	the reason as text
 *
 * No candidate uses the program at @place any more. If a candidate requires the program there, and
 * all alternatives to it have failed, the candidate is marked as failed too.
 */
void et_plan__fail_program(struct et_plan *plan, const char *program, const char *place, int err,
			   const char *why);

/*
 * True if @entry, a BPF program of a candidate, must be attached. This is the case if @entry has
 * not failed, but all earlier entries to which @entry is an alternative have failed.
 */
bool et_plan__uses(const struct et_plan *plan, const struct et_hook_program *entry);

/**
 * et_plan__wants() - true if a chosen candidate uses the BPF program @program
 * @plan:	the plan
 * @program:	the program's name
 * @ret_entry:	receives the first entry of a hook table with this program; may be NULL
 */
bool et_plan__wants(const struct et_plan *plan, const char *program,
		    const struct et_hook_program **ret_entry);

/* The maps that the chosen candidates use: a mask of enum et_hook_map. */
unsigned int et_plan__maps(const struct et_plan *plan);

/*
 * True if @entry is optional, and @entry and all alternatives to it have failed. Its candidate then
 * works without this BPF program.
 */
bool et_plan__goes_without(const struct et_plan *plan, const struct et_hook_program *entry);

/* Free the plan's contents. */
void et_plan__done(struct et_plan *plan);

#endif /* ET_PLAN_H */
