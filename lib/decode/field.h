/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inside of lib/decode: what the schema says of an event, and one field of it, for the formats
 * that records come in.
 */
#ifndef ET_DECODE_FIELD_H
#define ET_DECODE_FIELD_H

#include "lib/decode/decode.h"

/* An event type, as records have it. */
struct et_event_desc {
	__u16 fixed;             /* size of the fixed part; 0: no such event */
	__u8 ring;               /* enum et_ring_class */
	__u8 slot[ET_VAR_TYPES]; /* by variable field type: place in et_event.vars + 1, or 0 */
};

/* Of today's layouts. */
extern const struct et_event_desc et_event_descs[ET_EVENT_TYPES];

/* The most bytes that are sent of a field, by its type. */
extern const __u32 et_var_caps[ET_VAR_TYPES];

/**
 * et_decode_field() - check a field's own header, and show the field
 * @desc:	the event; the field's type is one that it has
 * @var:	the header
 * @data:	the field's bytes, all of which are inside of the record
 * @event:	its view is set, unless it is already
 *
 * Return: 0, or -EBADMSG.
 */
int et_decode_field(const struct et_event_desc *desc, const struct et_var *var, const char *data,
		    struct et_event *event);

/* et_decode(), for records of the layouts @descs. */
int et_decode_as(const struct et_event_desc descs[ET_EVENT_TYPES], const void *rec, size_t len,
		 struct et_event *ret);

#endif /* ET_DECODE_FIELD_H */
