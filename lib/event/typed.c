/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Defines the functions of eventstrace_events.h that read one field of an event. The rows of
 * schema.def expand to one function each.
 */
#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "lib/decode/decode.h"
#include "lib/decode/slots.h"
#include "lib/include/eventstrace.h"

/*
 * Check that the structs and enums in a record have the same layout as the public ones. So
 * functions can return pointers into the record.
 */
#define ET_STRUCT_BEGIN(name, doc) \
	_Static_assert(sizeof(struct et_event_##name) == sizeof(struct et_##name), #name);
#define ET_ENUM_VALUE(ENUM, enum_, number, NAME, doc) \
	_Static_assert(ET_EVENT_##ENUM##_##NAME == (number), #NAME);
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) \
	_Static_assert(ET_EVENT_##NAME == (id), #NAME);
#define ET_SYNTHETIC_BEGIN(id, NAME, name, doc) \
	_Static_assert(ET_EVENT_##NAME == ET_SYNTHETIC + (id), #NAME);
#include "lib/wire/schema.def"

_Static_assert(ET_FIELD_TRUNCATED == (int)ET_VAR_F_TRUNCATED &&
		       ET_FIELD_FAULT == (int)ET_VAR_F_FAULT &&
		       ET_FIELD_DELETED == (int)ET_VAR_F_DELETED &&
		       ET_FIELD_UNREACHABLE == (int)ET_VAR_F_UNREACHABLE &&
		       ET_FIELD_PARTIAL == (int)ET_VAR_F_PARTIAL &&
		       ET_FIELD_UNRESOLVED == (int)ET_VAR_F_UNRESOLVED,
	       "the flags are those of the record");

/*
 * True if the event has the type @type, and the event's record has the fields that schema
 * generation @generation added.
 */
static bool has(const struct et_event *event, unsigned int type, unsigned int generation)
{
	return event->hdr->type == type && !ET_LACKS(event->older, generation);
}

/* Return the bytes of a value of variable length. @ret_size and @ret_flags may be NULL. */
static const char *text(const struct et_field_view *v, size_t *ret_size, unsigned int *ret_flags)
{
	if (ret_size)
		*ret_size = v->size;
	if (ret_flags)
		*ret_flags = v->flags;
	return v->data ? v->data : "";
}

#define FIELDS(event, owner) ((const struct et_##owner *)(event)->hdr)

#define ET_MEMBER(group, name)                                         \
	_Static_assert(offsetof(struct et_event_##group, name) ==      \
			       offsetof(struct et_##group, name),      \
		       #group "." #name);                              \
	_Static_assert(sizeof(((struct et_event_##group *)0)->name) == \
			       sizeof(((struct et_##group *)0)->name), \
		       #group "." #name);

#define ET_GROUP(owner, OWNER, group, name, generation)                                   \
	const struct et_event_##group *et_##owner##__##name(const struct et_event *event) \
	{                                                                                 \
		return has(event, ET_##OWNER, (generation))                               \
			       ? (const void *)&FIELDS(event, owner)->name                \
			       : NULL;                                                    \
	}

/*
 * Numbers need no check of the generation. The decoder copies an old record into the present
 * struct, in which a number that the old record lacks is 0.
 */
#define ET_NUMBER(owner, OWNER, type, name)                                        \
	type et_##owner##__##name(const struct et_event *event)                    \
	{                                                                          \
		return has(event, ET_##OWNER, 1) ? FIELDS(event, owner)->name : 0; \
	}

#define ET_TEXT(owner, OWNER, name, generation)                                                    \
	const char *et_##owner##__##name(const struct et_event *event, size_t *ret_size,           \
					 unsigned int *ret_flags)                                  \
	{                                                                                          \
		return has(event, ET_##OWNER, (generation))                                        \
			       ? text(&event->vars[ET_SLOT_##owner##_##name], ret_size, ret_flags) \
			       : NULL;                                                             \
	}

#define ET_COMM(owner, OWNER, name, generation)                                          \
	const char *et_##owner##__##name(const struct et_event *event, size_t *ret_size) \
	{                                                                                \
		if (!has(event, ET_##OWNER, (generation)))                               \
			return NULL;                                                     \
		if (ret_size)                                                            \
			*ret_size = strnlen(FIELDS(event, owner)->name, 16);             \
		return FIELDS(event, owner)->name;                                       \
	}

#define ET_RING(owner, OWNER, name, generation)                                                \
	const char *et_##owner##__##name(const struct et_event *event)                         \
	{                                                                                      \
		if (!has(event, ET_##OWNER, (generation)))                                     \
			return NULL;                                                           \
		return FIELDS(event, owner)->name == ET_RING_LIFECYCLE ? "lifecycle" : "bulk"; \
	}
#include "lib/wire/accessors.inc"

unsigned int et_event__id(const struct et_event *event)
{
	return event->hdr->type;
}

const char *et_event__name(const struct et_event *event)
{
	switch (event->hdr->type) {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) \
	case ET_##NAME:                                           \
		return #NAME;
#define ET_SYNTHETIC_BEGIN(id, NAME, name, doc) ET_EVENT_BEGIN(id, NAME, name, "", , LIFECYCLE, doc)
#include "lib/wire/schema.def"
	default:
		return "UNKNOWN";
	}
}

uint64_t et_event__time_ns(const struct et_event *event)
{
	return event->time_ns;
}

uint64_t et_event__ts_ns(const struct et_event *event)
{
	return et_event_ts(event);
}

/*
 * In records of all event types, a struct et_pids follows the header: the process that caused the
 * event. So any type's struct can be used here.
 */
const struct et_event_pids *et_event__pids(const struct et_event *event)
{
	const struct et_process_load_module *fields = FIELDS(event, process_load_module);

	return event->hdr->type < ET_EVENT_TYPES ? (const void *)&fields->pids : NULL;
}
