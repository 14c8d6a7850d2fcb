/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The records that are measured: of each event type at least one, as a probe would make it, in both
 * formats; and those whose size is the point.
 */
#ifndef ET_MICRO_RECORDS_H
#define ET_MICRO_RECORDS_H

#include <stddef.h>

#include "lib/decode/decode.h"

struct et_micro_record {
	char name[64]; /* "process-exec/arg:10000"; begins with the event's option */
	void *varlen;  /* the record, 8-byte aligned */
	size_t varlen_size;
	void *fixed; /* the same in ET_FORMAT_FIXED */
	size_t fixed_size;
	struct et_event event; /* the decoded varlen record */
};

/**
 * et_micro_records() - all of them
 * @ret_count:	receives how many there are
 *
 * They are made by the first call, and live until the program ends. Ends the program when there is
 * no memory, or a record that the decoder rejects.
 *
 * Return: the first one.
 */
const struct et_micro_record *et_micro_records(size_t *ret_count);

/* The one of this name. Ends the program if there is none. */
const struct et_micro_record *et_micro_record(const char *name);

#endif /* ET_MICRO_RECORDS_H */
