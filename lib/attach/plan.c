/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/plan.h"

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

int et_plan__init(struct et_plan *plan, const struct et_hook_candidate *table, size_t table_count,
		  uint64_t events, enum et_attach_kind kind)
{
	size_t programs = 0;

	*plan = (struct et_plan){ 0 };
	for (size_t i = 0; i < table_count; i++) {
		const struct et_hook_program *entry;

		et_for_each_program(entry, &table[i]) programs++;
	}
	/* At most one row for each candidate, or one for each event without any. */
	plan->rows = calloc(table_count + 64, sizeof(*plan->rows));
	plan->dropped = calloc(programs + 1, sizeof(*plan->dropped));
	if (!plan->rows || !plan->dropped) {
		et_plan__done(plan);
		return -ENOMEM;
	}

	for (unsigned int id = 0; id < 64; id++) {
		size_t before = plan->count;

		if (!(events & ET_EVENT_BIT(id)))
			continue;
		for (size_t i = 0; i < table_count; i++)
			if (table[i].event_id == id &&
			    (kind == ET_ATTACH_ANY || kind == table[i].kind))
				add_row(plan, id, table[i].kind, &table[i]);
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

	/* The first reason is the cause of those that follow. */
	if (row->err)
		return;
	row->err = err;
	row->chosen = false;
	va_start(args, fmt);
	vsnprintf(row->why, sizeof(row->why), fmt, args);
	va_end(args);
}

bool et_plan__dropped(const struct et_plan *plan, const struct et_hook_program *entry)
{
	for (size_t i = 0; i < plan->dropped_count; i++)
		if (plan->dropped[i] == entry)
			return true;
	return false;
}

static bool is_at(const struct et_hook_program *entry, const char *program, const char *tracepoint)
{
	if (strcmp(entry->program, program) != 0)
		return false;
	if (!tracepoint)
		return true;
	return entry->tracepoint && strcmp(entry->tracepoint, tracepoint) == 0;
}

void et_plan__fail_program(struct et_plan *plan, const char *program, const char *tracepoint,
			   int err, const char *why)
{
	for (size_t i = 0; i < plan->count; i++) {
		struct et_plan_row *row = &plan->rows[i];
		const struct et_hook_program *entry;

		if (!row->candidate)
			continue;
		et_for_each_program(entry, row->candidate)
		{
			if (!is_at(entry, program, tracepoint))
				continue;
			if (!entry->optional)
				et_plan__fail(row, err, "%s", why);
			else if (!et_plan__dropped(plan, entry))
				plan->dropped[plan->dropped_count++] = entry;
		}
	}
}

bool et_plan__wants(const struct et_plan *plan, const char *program)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct et_plan_row *row = &plan->rows[i];
		const struct et_hook_program *entry;

		if (!row->chosen)
			continue;
		et_for_each_program(entry,
				    row->candidate) if (strcmp(entry->program, program) == 0 &&
							!et_plan__dropped(plan, entry)) return true;
	}
	return false;
}

void et_plan__done(struct et_plan *plan)
{
	free(plan->rows);
	free(plan->dropped);
	*plan = (struct et_plan){ 0 };
}
