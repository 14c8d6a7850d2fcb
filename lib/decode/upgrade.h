/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Internal to lib/decode: copies a fixed part of an earlier generation into today's struct.
 */
#ifndef ET_DECODE_UPGRADE_H
#define ET_DECODE_UPGRADE_H

#include "lib/decode/field.h"

/* The fixed part of any event or note in today's schema. */
union et_fixed_part {
	struct et_header hdr;
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) struct et_##name name;
#define ET_SYNTHETIC_BEGIN(id, NAME, name, doc)                   struct et_##name name;
#include "lib/wire/schema.def"
};

/**
 * et_upgrade_desc() - the schema of an event in an earlier generation
 * @id:		enum et_event_type, or ET_LOST
 * @generation:	1 to ET_GENERATION
 * @ret:	receives the size of the fixed part, and the fields of that generation
 */
void et_upgrade_desc(unsigned int id, unsigned int generation, struct et_event_desc *ret);

/**
 * et_upgrade() - copy the members of a fixed part into a struct of today
 * @id:		enum et_event_type, or ET_LOST
 * @generation:	generation of the fixed part
 * @from:	the fixed part; its size is that of et_upgrade_desc()
 * @ret:	receives today's struct; members that @from lacks are zero
 */
void et_upgrade(unsigned int id, unsigned int generation, const void *from,
		union et_fixed_part *ret);

#endif /* ET_DECODE_UPGRADE_H */
