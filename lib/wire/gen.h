/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Files that are written from the schema table, committed, and compared by a test.
 */
#ifndef ET_WIRE_GEN_H
#define ET_WIRE_GEN_H

#include <stdio.h>

/* docs/events.md: the reference of all events. */
void et_gen_docs(FILE *f);

/* lib/wire/abi.golden: where each byte of a record is. */
void et_gen_abi(FILE *f);

#endif /* ET_WIRE_GEN_H */
