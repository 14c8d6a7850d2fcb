/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the schema says of an event, as a number.
 */
#ifndef ET_WIRE_HASH_H
#define ET_WIRE_HASH_H

#include <linux/types.h>

/**
 * et_wire_event_hash() - a number that changes when an event's record does
 * @id:	enum et_event_type, or enum et_note_type
 *
 * Made of the name, kind, order and padding of its fields, its ring, and the ids, kinds and caps
 * of its variable-length fields; not of documentation. Other events do not matter: a schema that
 * has only grown gives the same numbers for what it had.
 *
 * Return: the number; 0 for an id that the schema does not know.
 */
__u64 et_wire_event_hash(unsigned int id);

/* The number of the event's layout in an earlier generation: 1 to ET_GENERATION. */
__u64 et_wire_layout_hash(unsigned int id, unsigned int generation);

/**
 * et_wire_layout_generation() - which generation has this number for an event
 * @id:		enum et_event_type, or enum et_note_type
 * @hash:	the number
 *
 * Return: the newest one that has; 0: none has.
 */
unsigned int et_wire_layout_generation(unsigned int id, __u64 hash);

#endif /* ET_WIRE_HASH_H */
