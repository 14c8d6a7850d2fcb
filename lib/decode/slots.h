/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Constants for et_event.vars, from the ET_VAR rows of schema.def:
 *
 *	ET_SLOT_process_exec_argv	index of the field argv of process_exec in et_event.vars
 *	ET_SLOTS_process_exec		number of variable-length fields of process_exec
 */
#ifndef ET_DECODE_SLOTS_H
#define ET_DECODE_SLOTS_H

#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) \
	enum et_slots_of_##name                                   \
	{
#define ET_VAR(owner, NAME, name, doc) ET_SLOT_##owner##_##name,
#define ET_EVENT_END(name) \
	ET_SLOTS_##name    \
	}                  \
	;
#include "lib/wire/schema.def"

#endif /* ET_DECODE_SLOTS_H */
