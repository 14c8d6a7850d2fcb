/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/decode/layouts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/decode/format.h"
#include "lib/decode/upgrade.h"

struct et_layouts {
	struct et_event_desc descs[ET_EVENT_TYPES], lost;
	__u8 generations[ET_EVENT_TYPES], lost_generation;
	union et_fixed_part room;
};

int et_layouts_new(struct et_layouts **ret)
{
	struct et_layouts *layouts = calloc(1, sizeof(*layouts));

	if (!layouts)
		return -ENOMEM;
	for (unsigned int id = 1; id < ET_EVENT_TYPES; id++)
		et_layouts_set(layouts, id, ET_GENERATION);
	et_layouts_set(layouts, ET_LOST, ET_GENERATION);
	*ret = layouts;
	return 0;
}

void et_layouts_set(struct et_layouts *layouts, unsigned int id, unsigned int generation)
{
	if (id == ET_LOST) {
		et_upgrade_desc(id, generation, &layouts->lost);
		layouts->lost_generation = (__u8)generation;
	} else if (id < ET_EVENT_TYPES) {
		et_upgrade_desc(id, generation, &layouts->descs[id]);
		layouts->generations[id] = (__u8)generation;
	}
}

/*
 * Copy the fixed-size part of an older record into today's struct. A record of today's generation
 * needs no copy.
 */
static void upgrade(struct et_layouts *layouts, unsigned int generation, unsigned int fixed_today,
		    struct et_event *event)
{
	if (generation == ET_GENERATION)
		return;
	et_upgrade(event->hdr->type, generation, event->hdr, &layouts->room);
	layouts->room.hdr.fixed = (__u16)fixed_today;
	event->hdr = &layouts->room.hdr;
	event->older = ET_GENERATION - generation;
}

int et_layouts_decode(struct et_layouts *layouts, const void *rec, size_t len, struct et_event *ret)
{
	unsigned int type;
	int r;

	r = et_decode_as(layouts->descs, rec, len, ret);
	if (r < 0)
		return r;
	type = ret->hdr->type;
	upgrade(layouts, layouts->generations[type], et_event_descs[type].fixed, ret);
	return 0;
}

int et_layouts_decode_synthetic(struct et_layouts *layouts, const void *rec, size_t len,
				struct et_event *ret)
{
	const struct et_header *hdr = rec;

	if (len != layouts->lost.fixed || hdr->type != ET_LOST || hdr->version != ET_WIRE_VERSION ||
	    hdr->size != len)
		return -EBADMSG;
	*ret = (struct et_event){ .hdr = hdr };
	upgrade(layouts, layouts->lost_generation, sizeof(struct et_lost), ret);
	return 0;
}

void et_layouts_free(struct et_layouts *layouts)
{
	free(layouts);
}
