/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Internal to lib/decode: the schema of an event, and the check of one field, for both record
 * formats.
 */
#ifndef ET_DECODE_FIELD_H
#define ET_DECODE_FIELD_H

#include "lib/decode/decode.h"

/* An event type, as records have it. */
struct et_event_desc {
	__u16 fixed;             /* size of the fixed part; 0: no such event */
	__u8 ring;               /* enum et_ring_class */
	__u8 slot[ET_VAR_TYPES]; /* by variable field type: index in et_event.vars + 1, or 0 */
};

/* The events in today's layout. */
extern const struct et_event_desc et_event_descs[ET_EVENT_TYPES];

/* The cap of each variable-length field type, in bytes. */
extern const __u32 et_var_caps[ET_VAR_TYPES];

/**
 * et_decode_field() - check a field's header, and store the field in the event
 * @desc:	the event; it has fields of this type
 * @var:	the header
 * @data:	the field's bytes, all inside the record
 * @event:	its view is set; a field that is set already is an error
 *
 * Return: 0, or -EBADMSG.
 */
int et_decode_field(const struct et_event_desc *desc, const struct et_var *var, const char *data,
		    struct et_event *event);

/* As et_decode(), for records in the layouts @descs. */
int et_decode_as(const struct et_event_desc descs[ET_EVENT_TYPES], const void *rec, size_t len,
		 struct et_event *ret);

#endif /* ET_DECODE_FIELD_H */
