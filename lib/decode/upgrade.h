/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Internal to lib/decode: copies the fixed-size part of an old record into today's struct. The old
 * record has the layout of an earlier schema generation.
 */
#ifndef ET_DECODE_UPGRADE_H
#define ET_DECODE_UPGRADE_H

#include "lib/decode/field.h"

/* The fixed-size part of a record, in today's layout: one member for each type of record. */
union et_fixed_part {
	struct et_header hdr;
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) struct et_##name name;
#define ET_SYNTHETIC_BEGIN(id, NAME, name, doc)                   struct et_##name name;
#include "lib/wire/schema.def"
};

/**
 * et_upgrade_desc() - describe the records of an event type in an earlier schema generation
 * @id:		enum et_event_type, or ET_LOST
 * @generation:	1 to ET_GENERATION
 * @ret:	receives the size of the fixed-size part and the fields of that generation's records
 */
void et_upgrade_desc(unsigned int id, unsigned int generation, struct et_event_desc *ret);

/**
 * et_upgrade() - copy the members of an earlier fixed-size part into today's struct
 * @id:		enum et_event_type, or ET_LOST
 * @generation:	schema generation of @from
 * @from:	the fixed-size part of a record; et_upgrade_desc() tells its size
 * @ret:	receives today's struct; members that @from lacks are zero
 */
void et_upgrade(unsigned int id, unsigned int generation, const void *from,
		union et_fixed_part *ret);

#endif /* ET_DECODE_UPGRADE_H */
