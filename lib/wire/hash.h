/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Hashes of what the schema contains about an event.
 */
#ifndef ET_WIRE_HASH_H
#define ET_WIRE_HASH_H

#include <linux/types.h>

/**
 * et_wire_event_hash() - a number that changes when the layout of an event's record changes
 * @id:	enum et_event_type, or enum et_synthetic_type
 *
 * The hash covers names, kinds, order and padding of the fields, and the event's ring. Of
 * variable-length fields it also covers ids, kinds and caps. It does not cover documentation or
 * other events: appending to the schema leaves earlier numbers unchanged.
 *
 * Return: the number; 0 for an id that the schema does not know.
 */
__u64 et_wire_event_hash(unsigned int id);

/* The number of the event's layout in a generation: 1 to ET_GENERATION. */
__u64 et_wire_layout_hash(unsigned int id, unsigned int generation);

/**
 * et_wire_layout_generation() - the generation in which an event's layout has this number
 * @id:		enum et_event_type, or enum et_synthetic_type
 * @hash:	the number
 *
 * Return: the newest such generation; 0 if there is none.
 */
unsigned int et_wire_layout_generation(unsigned int id, __u64 hash);

#endif /* ET_WIRE_HASH_H */
