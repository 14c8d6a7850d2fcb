/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/emit_mode.h"

#include <errno.h>
#include <stdio.h>

static void set(struct et_emit_choice *choice, enum et_emit_mode emit, const char *name)
{
	choice->mode = emit;
	snprintf(choice->name, sizeof(choice->name), "%s", name);
}

int et_emit_mode__choose(enum et_emit_request request, struct et_feature_set *features,
			 struct et_emit_choice *ret)
{
	struct et_emit_choice choice = { .request = request };
	const char *why;
	int r;

	switch (request) {
	case ET_WIRE_FIXED:
		set(&choice, ET_EMIT_FIXED, "fixed");
		break;
	case ET_WIRE_VARLEN:
		set(&choice, ET_EMIT_VARLEN, "varlen");
		break;
	case ET_WIRE_DIRECT:
	case ET_WIRE_AUTO:
		r = et_feature__check(features, ET_FEATURE_DIRECT, &why);
		if (r < 0)
			snprintf(choice.why, sizeof(choice.why), "%s", why);
		if (r < 0 && request == ET_WIRE_DIRECT) {
			snprintf(ret->why, sizeof(ret->why), "%s", why);
			return -EOPNOTSUPP;
		}
		if (r < 0)
			set(&choice, ET_EMIT_VARLEN, "auto: varlen");
		else
			set(&choice, ET_EMIT_DIRECT,
			    request == ET_WIRE_AUTO ? "auto: direct" : "direct");
		break;
	}
	*ret = choice;
	return 0;
}

int et_emit_mode__without_direct(struct et_emit_choice *choice, const char *program,
				 const char *why)
{
	snprintf(choice->why, sizeof(choice->why), "%s does not load: %s", program, why);
	if (choice->request != ET_WIRE_AUTO)
		return -EOPNOTSUPP;
	set(choice, ET_EMIT_VARLEN, "auto: varlen");
	return 0;
}
