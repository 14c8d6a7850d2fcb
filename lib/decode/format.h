/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Internal to lib/decode: the record formats.
 */
#ifndef ET_DECODE_FORMAT_H
#define ET_DECODE_FORMAT_H

#include "lib/decode/field.h"

/*
 * One function per format. Each finds the variable-length fields of a record whose header is
 * checked, and sets event->vars, which the caller has zeroed.
 *
 * Return: 0, or -EBADMSG.
 */
int et_decode_fixed(const struct et_event_desc *desc, const void *rec, size_t len,
		    struct et_event *event);
int et_decode_varlen(const struct et_event_desc *desc, const void *rec, size_t len,
		     struct et_event *event);

#endif /* ET_DECODE_FORMAT_H */
