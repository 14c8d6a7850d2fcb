/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A second encoder, which is slow: it interprets the rows of the schema and reads a record byte by
 * byte. It shares no code with the decoder and the encoder.
 */
#ifndef TOOLS_FUZZ_REFERENCE_H
#define TOOLS_FUZZ_REFERENCE_H

#include <linux/types.h>
#include <stddef.h>

/* The layout of an event's record, or of a synthetic record. */
struct ref_layout {
	unsigned int id;     /* enum et_event_type, or enum et_synthetic_type */
	size_t fixed;        /* bytes of the fixed part, which includes the header */
	unsigned int ring;   /* enum et_ring_class */
	unsigned int vars;   /* number of variable-length fields */
	unsigned int var[8]; /* type of each */
};

/**
 * reference_layout() - get a layout in a generation
 * @n:		number of the layout: first the events from 0 on, in the schema's order, then the
 *		synthetic records
 * @generation:	1 to ET_GENERATION
 * @ret:	receives the layout
 *
 * Return: 1, or 0 if @n is too large.
 */
int reference_layout(unsigned int n, unsigned int generation, struct ref_layout *ret);

/* Cap in bytes of a variable-length field of type @var. */
__u32 reference_cap(unsigned int var);

/**
 * reference_encode() - make the line of a record
 * @rec:	a valid record in ET_FORMAT_VARLEN
 * @generation:	generation of its layout
 * @time_ns:	wall-clock time of the event
 * @ret:	receives the line; valid until the next call
 *
 * Return: bytes of the line, which includes its newline.
 */
size_t reference_encode(const void *rec, unsigned int generation, __u64 time_ns, const char **ret);

#endif /* TOOLS_FUZZ_REFERENCE_H */
