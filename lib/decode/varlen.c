/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decodes records of ET_FORMAT_VARLEN. After the fixed-size part, the variable-length fields follow
 * without gaps, in any order.
 */
#include <errno.h>
#include <linux/types.h>

#include "lib/decode/format.h"
#include "lib/wire/vars.h"

int et_decode_varlen(const struct et_event_desc *desc, const void *rec, size_t len,
		     struct et_event *event)
{
	struct et_var_iter it;

	ET_FOR_EACH_VAR (&it, rec, len) {
		const struct et_var *var = it.var;
		int r;

		/*
		 * Skip a field that this schema does not have for the event: a newer version made
		 * the record.
		 */
		if (var->type >= ET_VAR_TYPES || !desc->slot[var->type])
			continue;
		r = et_decode_field(desc, var, it.data, event);
		if (r < 0)
			return r;
	}
	return it.error;
}
