/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The themes of //bench:micro: each file registers its benchmarks with one function, which has a
 * line here and is called in main.c.
 */
#ifndef ET_MICRO_H
#define ET_MICRO_H

/* From a record to its fields: et_decode() of each format, and the iteration alone. */
void et_micro_register_decode(void);

/* From fields to JSON. */
void et_micro_register_encode(void);

/* Out of a ring: alone, and through all stages behind it. */
void et_micro_register_ring(void);

/* Into a file descriptor. */
void et_micro_register_sink(void);

/* Into a file of records, and from there through all stages. */
void et_micro_register_record(void);

#endif /* ET_MICRO_H */
