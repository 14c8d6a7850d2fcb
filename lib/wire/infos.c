/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The event types, for whoever lists or selects them.
 */
#include <linux/types.h>
#include <string.h>

#include "lib/include/eventstrace.h"
#include "lib/wire/schema.h"

static const struct et_event_info infos[] = {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) \
	{ (id), #NAME, (flag), #category, (doc) },
#include "lib/wire/schema.def"
};

const struct et_event_info *et_event_infos(size_t *ret_count)
{
	*ret_count = sizeof(infos) / sizeof(infos[0]);
	return infos;
}

const struct et_event_info *et_event_by_flag(const char *flag)
{
	for (size_t i = 0; i < sizeof(infos) / sizeof(infos[0]); i++) {
		if (!strcmp(infos[i].flag, flag))
			return &infos[i];
	}
	return NULL;
}
