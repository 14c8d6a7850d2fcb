/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decodes records of ET_FORMAT_FIXED. After the fixed-size part, each variable-length field has a
 * slot with room for its largest value. The field's header contains the number of used bytes in the
 * slot. The decoder does not read the other bytes.
 */
#include <errno.h>
#include <linux/types.h>

#include "lib/decode/format.h"

int et_decode_fixed(const struct et_event_desc *desc, const void *rec, size_t len,
		    struct et_event *event)
{
	size_t at = event->hdr->fixed;

	for (unsigned int i = 0; i < event->hdr->vars; i++) {
		const struct et_var *var = (const void *)((const char *)rec + at);
		int r;

		if (len - at < sizeof(*var))
			return -EBADMSG;
		/*
		 * The decoder cannot skip a field of an unknown type, because the size of the slot
		 * is unknown.
		 */
		if (var->type >= ET_VAR_TYPES || !desc->slot[var->type] ||
		    et_var_caps[var->type] > len - at - sizeof(*var))
			return -EBADMSG;
		r = et_decode_field(desc, var, (const char *)(var + 1), event);
		if (r < 0)
			return r;
		at += sizeof(*var) + et_var_caps[var->type];
	}
	return at == len ? 0 : -EBADMSG;
}
