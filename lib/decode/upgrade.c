/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * schema.def expands to a function upgrade_NAME() for each struct and event type. The function
 * copies the members in their order, up to the first member that the earlier generation lacks.
 * schema.def has rows for padding too, so each member begins where the row before it ends.
 */
#include "lib/decode/upgrade.h"

#include <string.h>

#include "lib/decode/slots.h"

/* The state of an upgrade_NAME() function, which reads the fixed-size part of an old record. */
struct cursor {
	const char *from; /* next byte to read */
	unsigned int generation;
	/*
	 * Output: an array with an element for each enum et_var_type. The element is 1 + the index
	 * of that field in et_event.vars, or 0 if records of that generation lack the field.
	 */
	__u8 *slot;
	__u8 ring; /* output: the ring class that carried these records */
};

static void take(struct cursor *c, void *to, size_t size)
{
	memcpy(to, c->from, size);
	c->from += size;
}

#define ET_STRUCT_BEGIN(name, doc)                                         \
	static void upgrade_##name(struct cursor *c, struct et_##name *to) \
	{
#define ET_STRUCT_END(name) }
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc)          \
	static void upgrade_##name(struct cursor *c, struct et_##name *to) \
	{                                                                  \
		take(c, &to->hdr, sizeof(to->hdr));
#define ET_EVENT_END(name)                      }
#define ET_SYNTHETIC_BEGIN(id, NAME, name, doc) ET_EVENT_BEGIN(id, NAME, name, "", , LIFECYCLE, doc)
#define ET_SYNTHETIC_END(name)                  }

#define ET_FIELD(owner, KIND, name, doc) take(c, &to->name, sizeof(to->name));
#define ET_ENUM(owner, enum_, name, doc) take(c, &to->name, sizeof(to->name));
#define ET_SUB(owner, type, name, doc)   upgrade_##type(c, &to->name);
#define ET_PAD(owner, n, bytes)          c->from += (bytes);
#define ET_VAR(owner, NAME, name, doc)   c->slot[ET_VAR_##NAME] = ET_SLOT_##owner##_##name + 1;
#define ET_SINCE(owner, since)       \
	if (c->generation < (since)) \
		return;
#define ET_RING_WAS(owner, since, WAS) \
	if (c->generation < (since))   \
		c->ring = ET_RING_##WAS;
#define ET_PAD_UNTIL(owner, until, bytes) \
	if (c->generation < (until))      \
		c->from += (bytes);
#include "lib/wire/schema.def"

static void pass(unsigned int id, struct cursor *c, union et_fixed_part *to)
{
	switch (id) {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) \
	case ET_##NAME:                                           \
		upgrade_##name(c, &to->name);                     \
		break;
#define ET_SYNTHETIC_BEGIN(id, NAME, name, doc) ET_EVENT_BEGIN(id, NAME, name, "", , LIFECYCLE, doc)
#include "lib/wire/schema.def"
	default:
		break;
	}
}

static const __u8 rings[ET_EVENT_TYPES] = {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING_, doc) [id] = ET_RING_##RING_,
#include "lib/wire/schema.def"
};

void et_upgrade_desc(unsigned int id, unsigned int generation, struct et_event_desc *ret)
{
	/*
	 * Read zeroes instead of a record, because only the layout is wanted. Today's size is
	 * enough: earlier layouts are not larger.
	 */
	static const union et_fixed_part zero;
	union et_fixed_part ignored;
	struct et_event_desc desc = { 0 };
	struct cursor c = { .from = (const char *)&zero,
			    .generation = generation,
			    .slot = desc.slot,
			    .ring = id < ET_EVENT_TYPES ? rings[id] : 0 };

	pass(id, &c, &ignored);
	desc.ring = c.ring;
	desc.fixed = (__u16)(c.from - (const char *)&zero);
	*ret = desc;
}

void et_upgrade(unsigned int id, unsigned int generation, const void *from,
		union et_fixed_part *ret)
{
	__u8 slot[ET_VAR_TYPES];
	struct cursor c = { .from = from, .generation = generation, .slot = slot };

	memset(ret, 0, sizeof(*ret));
	pass(id, &c, ret);
}
