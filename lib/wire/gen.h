/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Generates files from the schema table (schema.def). The files are committed, and a test compares
 * the committed files with the generated ones.
 */
#ifndef ET_WIRE_GEN_H
#define ET_WIRE_GEN_H

#include <stdio.h>

/* Write docs/events.md, the reference of all events. */
void et_gen_docs(FILE *f);

/* Write lib/wire/abi.golden: offset and size of each field of each record, and all IDs. */
void et_gen_abi(FILE *f);

/* Write lib/include/eventstrace_events.h, the public functions that read an event's fields. */
void et_gen_events(FILE *f);

/*
 * Write lib/wire/accessors.inc at build time. It has a line for each function of
 * eventstrace_events.h that reads an event, and for each member of a nested struct. Each line is
 * one of the macros below. A file that includes accessors.inc must define all of them.
 *	ET_MEMBER(struct, field)
 *	ET_GROUP(event, EVENT, struct, field, generation)
 *	ET_NUMBER(event, EVENT, type, field)
 *	ET_TEXT(event, EVENT, field, generation)	a variable-length field
 *	ET_COMM(event, EVENT, field, generation)	a thread's name
 *	ET_RING(event, EVENT, field, generation)	a ring's name
 */
void et_gen_accessors(FILE *f);

#endif /* ET_WIRE_GEN_H */
