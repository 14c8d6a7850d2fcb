/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Builds wire records for tests, valid and malformed ones.
 *
 *	struct et_record rec;
 *	struct et_process_exec *exec = et_record_begin(&rec, ET_PROCESS_EXEC);
 *
 *	exec->pids.tgid = 42;
 *	et_record_var_str(&rec, ET_VAR_FILENAME, "/bin/ls");
 *	assert(et_decode(rec.bytes, et_record_len(&rec), &event) == 0);
 *
 * Everything is in one struct; the caller frees nothing. The struct is large: make it static. A
 * record that outgrows it ends the program.
 */
#ifndef ET_DECODE_RECORD_BUILDER_H
#define ET_DECODE_RECORD_BUILDER_H

#include <linux/types.h>
#include <stddef.h>

#include "lib/wire/schema.h"

struct et_record {
	union {
		struct et_header hdr;
		__u64 align;
		unsigned char bytes[256 * 1024];
	};
};

/**
 * et_record_begin() - start a record without variable-length fields
 * @rec:	overwritten
 * @type:	the event
 *
 * The header is valid for the type, with time 0; the rest of the fixed part is zero.
 *
 * Return: the fixed part, for example a struct et_process_exec *.
 */
void *et_record_begin(struct et_record *rec, enum et_event_type type);

/* Append a field as a probe does: cut at its cap, and flagged if it was cut. */
void et_record_var(struct et_record *rec, enum et_var_type type, const void *data, size_t size);

/* The same for a terminated string, whose NUL is not sent. */
void et_record_var_str(struct et_record *rec, enum et_var_type type, const char *str);

/*
 * Append a field with exactly this header, valid or not, and @room bytes of @data, padded. The
 * record's own size and field count are updated.
 */
void et_record_var_raw(struct et_record *rec, struct et_var var, const void *data, size_t room);

/*
 * Convert the record to ET_FORMAT_FIXED: each field in a slot as large as its cap. The rest of a
 * slot is noise, as in a ring. Fields of types that no schema knows have no slot and are dropped.
 * No field can be appended afterwards.
 */
void et_record_make_fixed(struct et_record *rec);

/* The size in the record's header: its bytes so far. */
static inline size_t et_record_len(const struct et_record *rec)
{
	return rec->hdr.size;
}

#endif /* ET_DECODE_RECORD_BUILDER_H */
