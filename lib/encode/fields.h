/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Gives encoders access to single fields of an event, and the size of the event's values. Internal
 * to lib/encode.
 */
#ifndef ET_ENCODE_FIELDS_H
#define ET_ENCODE_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/decode/decode.h"
#include "lib/decode/slots.h"
#include "lib/include/eventstrace.h"

/*
 * FIXED(): the record of the variable `event`, as the struct of its type. VAR(): one of the event's
 * fields of variable length.
 */
#define FIXED(name)           ((const struct et_##name *)event->hdr)
#define VAR(event_name, name) (&event->vars[ET_SLOT_##event_name##_##name])

/* True if the event's record has the fields that were added in generation 2. */
static inline bool has_2(const struct et_event *event)
{
	return !ET_LACKS(event->older, 2);
}

/* The name of an event type in JSON, such as "PROCESS_EXEC"; "UNKNOWN": there is no such type. */
static inline const char *et_name_of_type(unsigned int type)
{
	const struct et_event_info *info = et_event_by_id(type);

	return info ? info->name : "UNKNOWN";
}

/* The size of this union is an upper bound of the variable-length values of any event, in bytes. */
union et_longest_values {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) char name[1
#define ET_VAR(owner, NAME, name, doc) +ET_CAP_##NAME
#define ET_EVENT_END(name) \
	]                  \
	;
#include "lib/wire/schema.def"
};

/* Number of bytes of an event's values of variable length. A LOST event has none. */
static inline size_t et_value_bytes(const struct et_event *event)
{
	size_t bytes = 0;

	for (unsigned int i = 0; event->hdr->type < ET_EVENT_TYPES && i < ET_VARS_MAX; i++)
		bytes += event->vars[i].size;
	return bytes;
}

#endif /* ET_ENCODE_FIELDS_H */
