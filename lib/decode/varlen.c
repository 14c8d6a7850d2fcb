/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ET_FORMAT_VARLEN: behind the fixed part come the fields that there are, packed, in any order.
 */
#include <errno.h>
#include <linux/types.h>

#include "lib/decode/format.h"
#include "lib/wire/vars.h"

/* With these the field may have been longer than what is here. */
#define CUT_FLAGS (ET_VAR_F_TRUNCATED | ET_VAR_F_FAULT | ET_VAR_F_PARTIAL)

int et_decode_varlen(const struct et_event_desc *desc, const void *rec, size_t len,
		     struct et_event *event)
{
	struct et_var_iter it;

	ET_FOR_EACH_VAR (&it, rec, len) {
		const struct et_var *var = it.var;
		struct et_field_view *view;

		/* Of a newer schema: whoever wrote it knows more than we. */
		if (var->type >= ET_VAR_TYPES || !desc->slot[var->type])
			continue;

		view = &event->vars[desc->slot[var->type] - 1];
		if (view->data || var->size > et_var_caps[var->type])
			return -EBADMSG;
		if (var->orig < var->size)
			return -EBADMSG;
		if (var->orig > var->size && !(var->flags & CUT_FLAGS))
			return -EBADMSG;

		view->data = it.data;
		view->size = var->size;
		view->orig = var->orig;
		view->flags = var->flags;
	}
	return it.error;
}
