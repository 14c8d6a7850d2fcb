/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The records to measure. Each is made in both record formats, as a probe would make it. There is
 * at least one record of each event type, and further records of chosen sizes.
 */
#ifndef ET_MICRO_RECORDS_H
#define ET_MICRO_RECORDS_H

#include <stddef.h>

#include "lib/decode/decode.h"

struct et_micro_record {
	char name[64]; /* "process-exec/arg:10000"; begins with the event's option name */
	void *varlen;  /* the record, 8-byte aligned */
	size_t varlen_size;
	void *fixed; /* the same record in ET_FORMAT_FIXED */
	size_t fixed_size;
	struct et_event event; /* the decoded varlen record */
};

/**
 * et_micro_records() - make all records
 * @ret_count:	receives their number
 *
 * The first call makes them, and they live until the program exits. Exits the program if there is
 * no memory, or if the decoder rejects a record.
 *
 * Return: the first record.
 */
const struct et_micro_record *et_micro_records(size_t *ret_count);

/* Return: the record of this name. Exits the program if there is none. */
const struct et_micro_record *et_micro_record(const char *name);

#endif /* ET_MICRO_RECORDS_H */
