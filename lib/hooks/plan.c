/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/hooks/plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add_row(struct et_plan *plan, unsigned int event_id, enum et_attach_kind kind,
		    const struct et_hook_candidate *candidate)
{
	plan->rows[plan->count++] = (struct et_plan_row){
		.candidate = candidate,
		.event_id = event_id,
		.kind = kind,
	};
}

static void add_rows(struct et_plan *plan, const struct et_hook_table *table, unsigned int event_id,
		     enum et_attach_kind kind)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct et_hook_candidate *row = &table->rows[i];

		if (row->event_id == event_id && (kind == ET_ATTACH_ANY || kind == row->kind))
			add_row(plan, event_id, row->kind, row);
	}
}

int et_plan__init(struct et_plan *plan, const struct et_hook_table *const *tables,
		  size_t table_count, uint64_t events, enum et_attach_kind kind)
{
	size_t rows = 0, programs = 0;

	*plan = (struct et_plan){ .events = events };
	for (size_t t = 0; t < table_count; t++) {
		rows += tables[t]->count;
		for (size_t i = 0; i < tables[t]->count; i++) {
			const struct et_hook_program *entry;

			et_for_each_program(entry, &tables[t]->rows[i]) programs++;
		}
	}
	/*
	 * At most one row for each candidate, and one for each of at most 64 event types that have
	 * no candidate.
	 */
	plan->rows = calloc(rows + 64, sizeof(*plan->rows));
	plan->dropped = calloc(programs + 1, sizeof(*plan->dropped));
	if (!plan->rows || !plan->dropped) {
		et_plan__done(plan);
		return -ENOMEM;
	}

	for (unsigned int id = 0; id < 64; id++) {
		size_t before = plan->count;

		if (!(events & ET_EVENT_BIT(id)))
			continue;
		for (size_t t = 0; t < table_count; t++)
			add_rows(plan, tables[t], id, kind);
		if (plan->count > before)
			continue;
		add_row(plan, id, kind, NULL);
		et_plan__fail(&plan->rows[before], -EOPNOTSUPP, "%s",
			      kind == ET_ATTACH_ANY ? "there is no hook for it"
						    : "no candidate of this kind");
	}
	return 0;
}

uint64_t et_plan__choose(struct et_plan *plan)
{
	uint64_t covered = 0;

	for (size_t i = 0; i < plan->count; i++) {
		struct et_plan_row *row = &plan->rows[i];

		row->chosen = !row->err && !(covered & ET_EVENT_BIT(row->event_id));
		if (row->chosen)
			covered |= ET_EVENT_BIT(row->event_id);
	}
	return covered;
}

void et_plan__fail(struct et_plan_row *row, int err, const char *fmt, ...)
{
	va_list args;

	/* Keep the first reason: later failures may be consequences of the first one. */
	if (row->err)
		return;
	row->err = err;
	row->chosen = false;
	va_start(args, fmt);
	vsnprintf(row->why, sizeof(row->why), fmt, args);
	va_end(args);
}

/*
 * True if @entry is only used together with the event @entry->with, and this event is not wanted.
 */
static bool is_idle(const struct et_plan *plan, const struct et_hook_program *entry)
{
	return entry->with && !(plan->events & ET_EVENT_BIT(entry->with));
}

static bool is_dropped(const struct et_plan *plan, const struct et_hook_program *entry)
{
	if (is_idle(plan, entry))
		return true;
	for (size_t i = 0; i < plan->dropped_count; i++)
		if (plan->dropped[i] == entry)
			return true;
	return false;
}

/* The entry to which @entry is an alternative; @entry itself if it is no alternative. */
static const struct et_hook_program *first_of(const struct et_hook_program *entry)
{
	while (entry->alternative)
		entry--;
	return entry;
}

/* True if the BPF program of @entry and all alternatives to it have failed. */
static bool is_lost(const struct et_plan *plan, const struct et_hook_program *entry)
{
	entry = first_of(entry);
	do {
		if (!is_dropped(plan, entry))
			return false;
		entry++;
	} while (entry->alternative);
	return true;
}

bool et_plan__uses(const struct et_plan *plan, const struct et_hook_program *entry)
{
	if (is_dropped(plan, entry))
		return false;
	while (entry->alternative) {
		entry--;
		if (!is_dropped(plan, entry))
			return false;
	}
	return true;
}

bool et_plan__goes_without(const struct et_plan *plan, const struct et_hook_program *entry)
{
	return !entry->alternative && entry->optional && !is_idle(plan, entry) &&
	       is_lost(plan, entry);
}

static bool is_at(const struct et_hook_program *entry, const char *program, const char *place)
{
	const char *own = et_hook_place(entry);

	if (strcmp(entry->program, program) != 0)
		return false;
	return !place || (own && strcmp(own, place) == 0);
}

void et_plan__fail_program(struct et_plan *plan, const char *program, const char *place, int err,
			   const char *why)
{
	for (size_t i = 0; i < plan->count; i++) {
		struct et_plan_row *row = &plan->rows[i];
		const struct et_hook_program *entry;

		if (!row->candidate)
			continue;
		et_for_each_program(entry, row->candidate)
		{
			if (!is_at(entry, program, place) || is_dropped(plan, entry))
				continue;
			plan->dropped[plan->dropped_count++] = entry;
			if (!first_of(entry)->optional && is_lost(plan, entry))
				et_plan__fail(row, err, "%s", why);
		}
	}
}

bool et_plan__wants(const struct et_plan *plan, const char *program,
		    const struct et_hook_program **ret_entry)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct et_plan_row *row = &plan->rows[i];
		const struct et_hook_program *entry;

		if (!row->chosen)
			continue;
		et_for_each_program(entry, row->candidate)
		{
			if (strcmp(entry->program, program) != 0 || !et_plan__uses(plan, entry))
				continue;
			if (ret_entry)
				*ret_entry = entry;
			return true;
		}
	}
	return false;
}

unsigned int et_plan__maps(const struct et_plan *plan)
{
	unsigned int maps = 0;

	for (size_t i = 0; i < plan->count; i++)
		if (plan->rows[i].chosen)
			maps |= plan->rows[i].candidate->maps;
	return maps;
}

void et_plan__done(struct et_plan *plan)
{
	free(plan->rows);
	free(plan->dropped);
	*plan = (struct et_plan){ 0 };
}
