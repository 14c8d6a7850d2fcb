/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Internal to lib/decode: describes the record of an event type, and checks one field of a record.
 */
#ifndef ET_DECODE_FIELD_H
#define ET_DECODE_FIELD_H

#include "lib/decode/decode.h"

/* Describes the records of one event type: their fixed size and their variable-length fields. */
struct et_event_desc {
	/* size in bytes of the record's fixed-size part; 0: no such event type */
	__u16 fixed;
	__u8 ring; /* enum et_ring_class: the ring that carries the record */
	/*
	 * The index is an enum et_var_type. 0: the event has no such field; otherwise 1 + the
	 * field's index in et_event.vars.
	 */
	__u8 slot[ET_VAR_TYPES];
};

/*
 * Describes the records of all event types in today's layout. The index is an enum et_event_type.
 */
extern const struct et_event_desc et_event_descs[ET_EVENT_TYPES];

/*
 * The largest size (cap) in bytes of each variable-length field in a record. The index is an enum
 * et_var_type.
 */
extern const __u32 et_var_caps[ET_VAR_TYPES];

/**
 * et_decode_field() - check a field's header, and store the field in the event
 * @desc:	describes the event; the caller has checked that the event has this field
 * @var:	the field's header
 * @data:	the field's bytes, all inside the record
 * @event:	receives the field in event->vars
 *
 * Return: 0, or -EBADMSG: the header is invalid, or the record has the field twice.
 */
int et_decode_field(const struct et_event_desc *desc, const struct et_var *var, const char *data,
		    struct et_event *event);

/*
 * Check a record and find its fields, as et_decode() does. @descs describes the layout of records,
 * for example that of an earlier schema generation.
 */
int et_decode_as(const struct et_event_desc descs[ET_EVENT_TYPES], const void *rec, size_t len,
		 struct et_event *ret);

#endif /* ET_DECODE_FIELD_H */
