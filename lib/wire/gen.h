/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Generates files from the schema table; they are committed, and a test compares them.
 */
#ifndef ET_WIRE_GEN_H
#define ET_WIRE_GEN_H

#include <stdio.h>

/* docs/events.md: the reference of all events. */
void et_gen_docs(FILE *f);

/* lib/wire/abi.golden: the offset of each byte of a record. */
void et_gen_abi(FILE *f);

#endif /* ET_WIRE_GEN_H */
