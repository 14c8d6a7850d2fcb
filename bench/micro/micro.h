/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The groups of benchmarks of //bench:micro. Each file registers its benchmarks with one function,
 * which main.c calls.
 */
#ifndef ET_MICRO_H
#define ET_MICRO_H

/* Decoding: et_decode() with each record format, and ET_FOR_EACH_VAR alone. */
void et_micro_register_decode(void);

/* Encoding of decoded events as JSON and ECS. */
void et_micro_register_encode(void);

/* Reading of a ring: alone, and with all later stages. */
void et_micro_register_ring(void);

/* Writing to a file descriptor. */
void et_micro_register_sink(void);

/* Writing of a recording, and its replay through all stages. */
void et_micro_register_record(void);

#endif /* ET_MICRO_H */
