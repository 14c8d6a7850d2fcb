/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decodes records in the layouts of earlier schema generations, which old recordings contain.
 *
 *	struct et_layouts *layouts = NULL;
 *
 *	r = et_layouts_new(&layouts);
 *	et_layouts_set(layouts, ET_PROCESS_EXEC, 1);
 *	...
 *	r = et_layouts_decode(layouts, rec, len, &event);
 *
 * The record's fixed-size part is copied, member by member, into today's struct. Members that the
 * record lacks become zero. event.older marks these members as absent, so that an encoder omits
 * them.
 */
#ifndef ET_DECODE_LAYOUTS_H
#define ET_DECODE_LAYOUTS_H

#include "lib/decode/decode.h"

struct et_layouts;

/**
 * et_layouts_new() - make a table of layouts, with every event type in today's layout
 * @ret:	receives the table; the caller frees it with et_layouts_free()
 *
 * Return: 0 or -ENOMEM.
 */
int et_layouts_new(struct et_layouts **ret);

/**
 * et_layouts_set() - set the layout of an event type's records
 * @layouts:	from et_layouts_new()
 * @id:		enum et_event_type, or ET_LOST
 * @generation:	generation of the schema, 1 to ET_GENERATION
 */
void et_layouts_set(struct et_layouts *layouts, unsigned int id, unsigned int generation);

/**
 * et_layouts_decode() - check a record in the layout of et_layouts_set(), and find its fields
 * @layouts:	the layouts
 * @rec:	the record
 * @len:	the record's length in bytes
 * @ret:	receives the event; unchanged on failure
 *
 * Records of an earlier layout are checked as strictly as today's. For such a record, ret->hdr
 * points outside the record, to a copy of its fixed-size part that is valid until the next call.
 *
 * Return: 0, or an error of et_decode().
 */
int et_layouts_decode(struct et_layouts *layouts, const void *rec, size_t len,
		      struct et_event *ret);

/**
 * et_layouts_decode_synthetic() - decode a LOST record, which user space has put between the events
 * @layouts:	the layouts
 * @rec:	the record
 * @len:	the record's length in bytes
 * @ret:	receives the event, whose hdr is a struct et_lost; unchanged on failure
 *
 * Return: 0, or -EBADMSG if the record is not a valid LOST record.
 */
int et_layouts_decode_synthetic(struct et_layouts *layouts, const void *rec, size_t len,
				struct et_event *ret);

/* Free the table of layouts. NULL is allowed. */
void et_layouts_free(struct et_layouts *layouts);

#endif /* ET_DECODE_LAYOUTS_H */
