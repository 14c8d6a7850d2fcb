/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decodes a record's header and its fixed-size part, which are the same in ET_FORMAT_FIXED and in
 * ET_FORMAT_VARLEN.
 */
#include <errno.h>
#include <linux/types.h>

#include "lib/decode/decode.h"
#include "lib/decode/format.h"
#include "lib/decode/slots.h"

/* Describes each event type. The rows of schema.def make the entries. */
const struct et_event_desc et_event_descs[ET_EVENT_TYPES] = {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING_, doc) \
	[id] = { .fixed = sizeof(struct et_##name), .ring = ET_RING_##RING_, .slot = {
#define ET_VAR(owner, NAME, name, doc) [ET_VAR_##NAME] = ET_SLOT_##owner##_##name + 1,
#define ET_EVENT_END(name) \
	}                  \
	}                  \
	,
#include "lib/wire/schema.def"
};

#define ET_EVENT_END(name) \
	_Static_assert(ET_SLOTS_##name <= ET_VARS_MAX, #name " has too many variable fields");
#include "lib/wire/schema.def"

int et_decode_as(const struct et_event_desc descs[ET_EVENT_TYPES], const void *rec, size_t len,
		 struct et_event *ret)
{
	const struct et_header *hdr = rec;
	const struct et_event_desc *desc;
	struct et_event event = { .hdr = hdr };
	int r;

	if (len < sizeof(*hdr))
		return -EBADMSG;
	if (hdr->version != ET_WIRE_VERSION)
		return -EPROTONOSUPPORT;
	/*
	 * @len is the size that was reserved in the ring. hdr->size may be smaller: a BPF program
	 * reserves room for the longest value, and the value that it then reads may be shorter.
	 */
	if (hdr->size < sizeof(*hdr) || hdr->size > len || hdr->type >= ET_EVENT_TYPES)
		return -EBADMSG;
	len = hdr->size;

	/* An unused type number has desc->fixed == 0, so the next check rejects the record. */
	desc = &descs[hdr->type];
	if (hdr->fixed != desc->fixed || hdr->fixed > len || hdr->fixed < sizeof(*hdr))
		return -EBADMSG;
	if (hdr->ring != desc->ring || hdr->lane >= ET_LANES || hdr->vars > ET_VARS_MAX)
		return -EBADMSG;

	switch (hdr->format) {
	case ET_FORMAT_VARLEN:
		r = et_decode_varlen(desc, rec, len, &event);
		break;
	case ET_FORMAT_FIXED:
		r = et_decode_fixed(desc, rec, len, &event);
		break;
	default:
		r = -EBADMSG;
	}
	if (r < 0)
		return r;

	*ret = event;
	return 0;
}

int et_decode(const void *rec, size_t len, struct et_event *ret)
{
	return et_decode_as(et_event_descs, rec, len, ret);
}
