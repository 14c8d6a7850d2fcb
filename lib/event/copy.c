/* SPDX-License-Identifier: BSD-2-Clause */
/* Copies an event, so that a caller can use the copy after the event's record is overwritten. */
#include <errno.h>
#include <linux/types.h>
#include <stdlib.h>
#include <string.h>

#include "lib/decode/decode.h"
#include "lib/include/eventstrace.h"

/*
 * A copied event in one block of memory. `data` contains the record's fixed-size part, and then the
 * values of variable length.
 */
struct copy {
	struct et_event event;
	__u64 data[];
};

/* Size in bytes of the record's fixed-size part, in today's layout. */
static size_t fixed_size(const struct et_event *event)
{
	switch (event->hdr->type) {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) \
	case ET_##NAME:                                           \
		return sizeof(struct et_##name);
#define ET_SYNTHETIC_BEGIN(id, NAME, name, doc) ET_EVENT_BEGIN(id, NAME, name, "", , LIFECYCLE, doc)
#include "lib/wire/schema.def"
	default:
		return sizeof(struct et_header);
	}
}

int et_event__copy(const struct et_event *event, struct et_event **ret)
{
	size_t fixed = fixed_size(event), bytes = fixed;
	struct copy *copy;
	char *at;

	for (unsigned int i = 0; i < ET_VARS_MAX; i++)
		bytes += event->vars[i].size;
	copy = malloc(sizeof(*copy) + bytes);
	if (!copy)
		return -ENOMEM;
	copy->event = *event;
	copy->event.context = NULL;
	copy->event.hdr = (const struct et_header *)copy->data;
	memcpy(copy->data, event->hdr, fixed);
	at = (char *)copy->data + fixed;
	for (unsigned int i = 0; i < ET_VARS_MAX; i++) {
		struct et_field_view *v = &copy->event.vars[i];

		if (!v->data)
			continue;
		memcpy(at, v->data, v->size);
		v->data = at;
		at += v->size;
	}
	*ret = &copy->event;
	return 0;
}

void et_event__free(struct et_event *copy)
{
	free(copy);
}
