/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/way.h"

#include <errno.h>
#include <stdio.h>

static void set(struct et_way *way, enum et_emit_way emit, const char *name)
{
	way->way = emit;
	snprintf(way->name, sizeof(way->name), "%s", name);
}

int et_way__choose(enum et_wire_choice asked, struct et_feature_set *features, struct et_way *ret)
{
	struct et_way way = { .asked = asked };
	const char *why;
	int r;

	switch (asked) {
	case ET_WIRE_FIXED:
		set(&way, ET_WAY_FIXED, "fixed");
		break;
	case ET_WIRE_VARLEN:
		set(&way, ET_WAY_VARLEN, "varlen");
		break;
	case ET_WIRE_DIRECT:
	case ET_WIRE_AUTO:
		r = et_feature__check(features, ET_FEATURE_DIRECT, &why);
		if (r < 0)
			snprintf(way.why, sizeof(way.why), "%s", why);
		if (r < 0 && asked == ET_WIRE_DIRECT) {
			snprintf(ret->why, sizeof(ret->why), "%s", why);
			return -EOPNOTSUPP;
		}
		if (r < 0)
			set(&way, ET_WAY_VARLEN, "auto: varlen");
		else
			set(&way, ET_WAY_DIRECT, asked == ET_WIRE_AUTO ? "auto: direct" : "direct");
		break;
	}
	*ret = way;
	return 0;
}

int et_way__without_direct(struct et_way *way, const char *program, const char *why)
{
	snprintf(way->why, sizeof(way->why), "%s does not load: %s", program, why);
	if (way->asked != ET_WIRE_AUTO)
		return -EOPNOTSUPP;
	set(way, ET_WAY_VARLEN, "auto: varlen");
	return 0;
}
