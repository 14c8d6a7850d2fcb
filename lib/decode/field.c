/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/decode/field.h"

#include <errno.h>

/* A value may be shorter than its original length only if it has one of these flags. */
#define CUT_FLAGS (ET_VAR_F_TRUNCATED | ET_VAR_F_FAULT | ET_VAR_F_PARTIAL)

const __u32 et_var_caps[ET_VAR_TYPES] = {
#define ET_VAR_TYPE(id, NAME, KIND, cap, doc) [id] = (cap),
#include "lib/wire/schema.def"
};

int et_decode_field(const struct et_event_desc *desc, const struct et_var *var, const char *data,
		    struct et_event *event)
{
	struct et_field_view *view = &event->vars[desc->slot[var->type] - 1];

	if (view->data || var->size > et_var_caps[var->type])
		return -EBADMSG;
	if (var->orig < var->size)
		return -EBADMSG;
	if (var->orig > var->size && !(var->flags & CUT_FLAGS))
		return -EBADMSG;

	view->data = data;
	view->size = var->size;
	view->orig = var->orig;
	view->flags = var->flags;
	return 0;
}
