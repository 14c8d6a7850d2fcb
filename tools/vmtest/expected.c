/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/vmtest/expected.h"

#include <stdbool.h>
#include <string.h>

#include "lib/hooks/hooks.h"
#include "lib/include/eventstrace.h"

static enum et_attach_kind kind_of(const char *name)
{
	if (!strcmp(name, "fentry"))
		return ET_ATTACH_FENTRY;
	if (!strcmp(name, "kprobe"))
		return ET_ATTACH_KPROBE;
	return ET_ATTACH_TRACEPOINT;
}

uint64_t expected_bit(const char *event)
{
	size_t count;
	const struct et_event_info *infos = et_event_infos(&count);

	for (size_t i = 0; i < count; i++)
		if (!strcmp(infos[i].flag, event))
			return ET_EVENT_BIT(infos[i].id);
	return 0;
}

static uint64_t left_out(const struct cli *args, const char *kind)
{
	size_t len = strlen(kind);
	uint64_t events = 0;

	for (const char *const *w = args->without; *w; w++)
		if (!strncmp(*w, kind, len) && (*w)[len] == ':')
			events |= expected_bit(*w + len + 1);
	return events;
}

uint64_t expected_events(const struct cli *args, const char *kind)
{
	size_t count;
	const struct et_hook_table *const *tables = et_hook_tables(&count);
	uint64_t events = 0;

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < tables[i]->count; j++)
			if (tables[i]->rows[j].kind == kind_of(kind))
				events |= ET_EVENT_BIT(tables[i]->rows[j].event_id);
	return events & ~left_out(args, kind);
}
