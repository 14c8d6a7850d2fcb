/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records of earlier generations of the schema, as old recordings hold them.
 *
 *	struct et_layouts *layouts = NULL;
 *
 *	r = et_layouts_new(&layouts);
 *	et_layouts_set(layouts, ET_PROCESS_EXEC, 1);
 *	...
 *	r = et_layouts_decode(layouts, rec, len, &event);
 *
 * The fixed part is copied, member by member, into today's struct. Members that the record lacks
 * are zero; event.older marks them as absent, so an encoder omits them.
 */
#ifndef ET_DECODE_LAYOUTS_H
#define ET_DECODE_LAYOUTS_H

#include "lib/decode/decode.h"

struct et_layouts;

/**
 * et_layouts_new() - start with every event in today's layout
 * @ret:	receives it; the caller frees it with et_layouts_free()
 *
 * Return: 0 or -ENOMEM.
 */
int et_layouts_new(struct et_layouts **ret);

/**
 * et_layouts_set() - set the layout of an event's records
 * @layouts:	from et_layouts_new()
 * @id:		enum et_event_type, or ET_LOST
 * @generation:	1 to ET_GENERATION
 */
void et_layouts_set(struct et_layouts *layouts, unsigned int id, unsigned int generation);

/**
 * et_layouts_decode() - as et_decode(), for records in the layouts that were set
 * @layouts:	the layouts
 * @rec:	the record
 * @len:	its length in bytes
 * @ret:	receives the event; left alone on failure
 *
 * Records of an earlier layout are checked as strictly as today's. For such a record, ret->hdr
 * points outside the record, to a copy of its fixed part that is valid until the next call.
 *
 * Return: as et_decode().
 */
int et_layouts_decode(struct et_layouts *layouts, const void *rec, size_t len,
		      struct et_event *ret);

/**
 * et_layouts_decode_synthetic() - the same for a note, which user space puts between the events
 * @layouts:	the layouts
 * @rec:	the record
 * @len:	its length in bytes
 * @ret:	receives the note, a struct et_lost; left alone on failure
 *
 * Return: 0, or -EBADMSG if the record is not a note.
 */
int et_layouts_decode_synthetic(struct et_layouts *layouts, const void *rec, size_t len,
				struct et_event *ret);

/* Free; NULL is allowed. */
void et_layouts_free(struct et_layouts *layouts);

#endif /* ET_DECODE_LAYOUTS_H */
