/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inside of lib/decode: from the fixed part of an earlier generation to a struct of today.
 */
#ifndef ET_DECODE_UPGRADE_H
#define ET_DECODE_UPGRADE_H

#include "lib/decode/field.h"

/* The fixed part of any event or note, as today's schema has it. */
union et_fixed_part {
	struct et_header hdr;
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) struct et_##name name;
#define ET_NOTE_BEGIN(id, NAME, name, doc)                        struct et_##name name;
#include "lib/wire/schema.def"
};

/**
 * et_upgrade_desc() - what the schema said of an event in a generation
 * @id:		enum et_event_type, or ET_LOST
 * @generation:	1 to ET_GENERATION
 * @ret:	receives it: the size of the fixed part, and the fields that it had
 */
void et_upgrade_desc(unsigned int id, unsigned int generation, struct et_event_desc *ret);

/**
 * et_upgrade() - copy the members of a fixed part into a struct of today
 * @id:		enum et_event_type, or ET_LOST
 * @generation:	the fixed part's
 * @from:	as many bytes as et_upgrade_desc() says
 * @ret:	receives today's struct; members that @from lacks are zero
 */
void et_upgrade(unsigned int id, unsigned int generation, const void *from,
		union et_fixed_part *ret);

#endif /* ET_DECODE_UPGRADE_H */
