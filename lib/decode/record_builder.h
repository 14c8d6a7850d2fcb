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
 * The caller frees nothing. struct et_record is large: make it static. If a record does not fit,
 * the program aborts.
 */
#ifndef ET_DECODE_RECORD_BUILDER_H
#define ET_DECODE_RECORD_BUILDER_H

#include <linux/types.h>
#include <stddef.h>

#include "lib/wire/schema.h"

/* A record that a test builds, with unused room behind it for more fields. */
struct et_record {
	union {
		struct et_header hdr;
		__u64 align;
		unsigned char bytes[256 * 1024];
	};
};

/**
 * et_record_begin() - start a record without variable-length fields
 * @rec:	receives the record
 * @type:	the event type
 *
 * The header is valid for the type, with time 0; the rest of the fixed-size part is zero.
 *
 * Return: the fixed-size part, for example a struct et_process_exec *.
 */
void *et_record_begin(struct et_record *rec, enum et_event_type type);

/*
 * Append a field as a BPF program does: cut a value that is larger than the field's cap, and set
 * the flag for that.
 */
void et_record_var(struct et_record *rec, enum et_var_type type, const void *data, size_t size);

/* Append a field with the string @str as its value, without the terminating 0. */
void et_record_var_str(struct et_record *rec, enum et_var_type type, const char *str);

/*
 * Append a field that need not be valid: the header @var, then @room bytes of @data, then padding.
 * Also update the record's size and number of fields in the record's header.
 */
void et_record_var_raw(struct et_record *rec, struct et_var var, const void *data, size_t room);

/*
 * Convert the record to ET_FORMAT_FIXED: each field gets a slot as large as its cap. The unused
 * bytes of a slot become 0xa5, because in a ring they are old data. Fields of unknown types are
 * dropped. No field can be appended afterwards.
 */
void et_record_make_fixed(struct et_record *rec);

/* The present size of the record in bytes, from the record's header. */
static inline size_t et_record_len(const struct et_record *rec)
{
	return rec->hdr.size;
}

#endif /* ET_DECODE_RECORD_BUILDER_H */
