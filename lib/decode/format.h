/* SPDX-License-Identifier: BSD-2-Clause */
/* Internal to lib/decode: one decoder for each record format of enum et_record_layout. */
#ifndef ET_DECODE_FORMAT_H
#define ET_DECODE_FORMAT_H

#include "lib/decode/field.h"

/*
 * Each function finds the variable-length fields of one record and stores them in event->vars. The
 * caller has checked the record's header, and set event->vars to zero.
 *
 * Return: 0, or -EBADMSG for a malformed record.
 */
int et_decode_fixed(const struct et_event_desc *desc, const void *rec, size_t len,
		    struct et_event *event);
int et_decode_varlen(const struct et_event_desc *desc, const void *rec, size_t len,
		     struct et_event *event);

#endif /* ET_DECODE_FORMAT_H */
