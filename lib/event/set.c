/* SPDX-License-Identifier: BSD-2-Clause */
/* Functions for sets of event types, struct et_event_set. */
#include "lib/event/set.h"

#include <errno.h>
#include <string.h>

int et_event_set__add(struct et_event_set *set, unsigned int id)
{
	if (!et_event_by_id(id) || id >= ET_EVENT_SET_IDS)
		return -EINVAL;
	set->private_[id / 64] |= ET_EVENT_BIT(id % 64);
	return 0;
}

int et_event_set__add_category(struct et_event_set *set, const char *category)
{
	const struct et_event_info *info;
	int r = -EINVAL;

	for (size_t n = 0; (info = et_event_info_at(n)); n++)
		if (!category || !strcmp(category, info->category))
			r = et_event_set__add(set, info->id);
	return r;
}

void et_event_set__remove(struct et_event_set *set, unsigned int id)
{
	if (id < ET_EVENT_SET_IDS)
		set->private_[id / 64] &= ~ET_EVENT_BIT(id % 64);
}

bool et_event_set__has(const struct et_event_set *set, unsigned int id)
{
	return id < ET_EVENT_SET_IDS && set->private_[id / 64] & ET_EVENT_BIT(id % 64);
}
