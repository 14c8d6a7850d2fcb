/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Computes a hash of the layout of each event's record. The layouts are defined in schema.def. */
#ifndef ET_WIRE_HASH_H
#define ET_WIRE_HASH_H

#include <linux/types.h>

/**
 * et_wire_event_hash() - a number that changes when the layout of an event's record changes
 * @id:	enum et_event_type, or enum et_synthetic_type
 *
 * The hash covers names, kinds, order and padding of the fields, and the event's ring. For
 * variable-length fields, the hash covers IDs, kinds and caps too. It does not cover documentation
 * or other events: new rows at the end of schema.def leave the hashes of existing layouts
 * unchanged.
 *
 * Return: the hash; 0 for an ID that the schema does not know.
 */
__u64 et_wire_event_hash(unsigned int id);

/*
 * The hash of the layout of an event's record in the generation @generation of layouts, from 1 to
 * ET_GENERATION. @id: enum et_event_type, or enum et_synthetic_type.
 */
__u64 et_wire_layout_hash(unsigned int id, unsigned int generation);

/**
 * et_wire_layout_generation() - find the generation in which an event's layout has the hash @hash
 * @id:		enum et_event_type, or enum et_synthetic_type
 * @hash:	the hash
 *
 * Return: the newest such generation; 0: there is none.
 */
unsigned int et_wire_layout_generation(unsigned int id, __u64 hash);

#endif /* ET_WIRE_HASH_H */
