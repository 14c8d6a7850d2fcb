/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lines of records once more, slowly: an interpreter of the schema's rows that reads a record
 * byte by byte, and shares no code with the decoder and the encoder.
 */
#ifndef TOOLS_FUZZ_REFERENCE_H
#define TOOLS_FUZZ_REFERENCE_H

#include <linux/types.h>
#include <stddef.h>

/* What a layout of an event or a note is. */
struct ref_layout {
	unsigned int id;     /* enum et_event_type, or enum et_synthetic_type */
	size_t fixed;        /* bytes of the fixed part, header included */
	unsigned int ring;   /* enum et_ring_class */
	unsigned int vars;   /* how many variable-length fields, and */
	unsigned int var[8]; /* the type of each */
};

/**
 * reference_layout() - the layout of an event in a generation
 * @n:		which: from 0 on, in the schema's order, notes behind the events
 * @generation:	1 to ET_GENERATION
 * @ret:	receives it
 *
 * Return: 1, or 0 if there are no more.
 */
int reference_layout(unsigned int n, unsigned int generation, struct ref_layout *ret);

/* The most bytes that are sent of a field of this type. */
__u32 reference_cap(unsigned int var);

/**
 * reference_encode() - the line of a record
 * @rec:	the record, in ET_FORMAT_VARLEN, of which everything is right
 * @generation:	of its layout
 * @time_ns:	its wall clock time
 * @ret:	receives the line; lives until the next call
 *
 * Return: bytes of the line, its newline included.
 */
size_t reference_encode(const void *rec, unsigned int generation, __u64 time_ns, const char **ret);

#endif /* TOOLS_FUZZ_REFERENCE_H */
