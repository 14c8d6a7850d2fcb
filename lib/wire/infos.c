/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Lists the event types, for programs that print or select them. */
#include <linux/types.h>
#include <string.h>

#include "lib/include/eventstrace.h"
#include "lib/wire/shared.h"

static const struct et_event_info infos[] = {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) \
	{ (id), #NAME, (flag), #category, (doc) },
#include "lib/wire/schema.def"
};

_Static_assert(ET_LOST_CAUSES <= ET_LOST_CAUSE_MAX, "each cause has a count");

/* Defines et_lost_cause_name() and the similar functions of eventstrace_events.h. */
#define ET_ENUM_BEGIN(NAME, name, doc)                   \
	const char *et_##name##_name(unsigned int value) \
	{                                                \
		switch (value) {
#define ET_ENUM_VALUE(ENUM, enum_, number, NAME, doc) \
	case (number):                                \
		return #NAME;
#define ET_ENUM_END(name)    \
	default:             \
		return NULL; \
		}            \
		}
#include "lib/wire/schema.def"

const struct et_event_info *et_event_infos(size_t *ret_count)
{
	*ret_count = sizeof(infos) / sizeof(infos[0]);
	return infos;
}

const struct et_event_info *et_event_info_at(size_t n)
{
	return n < sizeof(infos) / sizeof(infos[0]) ? &infos[n] : NULL;
}

const struct et_event_info *et_event_by_id(unsigned int id)
{
	for (size_t i = 0; i < sizeof(infos) / sizeof(infos[0]); i++) {
		if (infos[i].id == id)
			return &infos[i];
	}
	return NULL;
}

const struct et_event_info *et_event_by_flag(const char *flag)
{
	for (size_t i = 0; i < sizeof(infos) / sizeof(infos[0]); i++) {
		if (!strcmp(infos[i].flag, flag))
			return &infos[i];
	}
	return NULL;
}
