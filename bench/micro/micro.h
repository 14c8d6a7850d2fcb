/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The groups of benchmarks of //bench:micro: each file registers its benchmarks with one function,
 * which is declared here and called in main.c.
 */
#ifndef ET_MICRO_H
#define ET_MICRO_H

/* From a record to its fields: et_decode() of each format, and the iteration macro alone. */
void et_micro_register_decode(void);

/* From fields to JSON. */
void et_micro_register_encode(void);

/* Reading a ring: alone, and through all stages behind it. */
void et_micro_register_ring(void);

/* Writing to a file descriptor. */
void et_micro_register_sink(void);

/* Writing a recording, and replaying it through all stages. */
void et_micro_register_record(void);

#endif /* ET_MICRO_H */
