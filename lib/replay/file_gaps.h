/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds records that are missing between two recordings of one session, for example because a file
 * between them is not there. The records of a lane are numbered without a gap, unless a LOST record
 * reports it.
 */
#ifndef ET_FILE_GAPS_H
#define ET_FILE_GAPS_H

#include <linux/types.h>
#include <stddef.h>

#include "lib/counters/seq_gaps.h"

struct et_file_gaps;

/**
 * et_file_gaps__new() - before the first recording
 * @ret:	receives the object; the caller frees it with et_file_gaps__free()
 *
 * Return: 0 or -ENOMEM.
 */
int et_file_gaps__new(struct et_file_gaps **ret);

/* The next records are those of another recording. */
void et_file_gaps__next_file(struct et_file_gaps *gaps);

/**
 * et_file_gaps__see() - process a record of a recording
 * @gaps:	the object
 * @rec:	the record; it may contain anything
 * @len:	its bytes
 * @ret:	receives the gap before the record; left alone if there is none
 *
 * A gap is only reported before the first record that a lane has in a recording. A lane whose
 * numbers begin again belongs to another session: then the former recordings are forgotten.
 *
 * Return: 1 if there is a gap, else 0.
 */
int et_file_gaps__see(struct et_file_gaps *gaps, const void *rec, size_t len, struct et_gap *ret);

/* Number of missing events that were reported. */
__u64 et_file_gaps__total(const struct et_file_gaps *gaps);

/* Free; NULL is allowed. */
void et_file_gaps__free(struct et_file_gaps *gaps);

#endif /* ET_FILE_GAPS_H */
