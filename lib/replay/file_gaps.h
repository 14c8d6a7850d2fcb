/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds records that are missing between two recordings of one session, for example because the
 * caller left out a file between them.
 *
 * A session reports each gap in the sequence numbers of a lane's records with a LOST record. So a
 * gap without LOST record shows that a file is missing.
 */
#ifndef ET_FILE_GAPS_H
#define ET_FILE_GAPS_H

#include <linux/types.h>
#include <stddef.h>

#include "lib/counters/seq_gaps.h"

struct et_file_gaps;

/**
 * et_file_gaps__new() - make the object, before the first recording is read
 * @ret:	receives the object; the caller frees it with et_file_gaps__free()
 *
 * Return: 0 or -ENOMEM.
 */
int et_file_gaps__new(struct et_file_gaps **ret);

/* Call this before et_file_gaps__see() gets the first record of each further recording. */
void et_file_gaps__next_file(struct et_file_gaps *gaps);

/* Tell @gaps that the next recording is the segment @number of a folder. */
void et_file_gaps__segment(struct et_file_gaps *gaps, __u64 number);

/**
 * et_file_gaps__see() - process a record of a recording
 * @gaps:	the object
 * @rec:	the record; it may contain anything
 * @len:	bytes of the record
 * @ret:	receives the gap before the record; valid only if the result is 1
 *
 * A gap is only reported before the first record that a lane has in a recording. If a lane's
 * sequence numbers become smaller, the recording belongs to another session: then the numbers of
 * all former recordings are forgotten.
 *
 * Return: 1 if there is a gap, else 0.
 */
int et_file_gaps__see(struct et_file_gaps *gaps, const void *rec, size_t len, struct et_gap *ret);

/*
 * Number of missing events in all gaps that et_file_gaps__see() has returned. Events of a dropped
 * segment are not counted if a LOST record has reported them.
 */
__u64 et_file_gaps__total(const struct et_file_gaps *gaps);

/* Free the object. NULL is allowed. */
void et_file_gaps__free(struct et_file_gaps *gaps);

#endif /* ET_FILE_GAPS_H */
