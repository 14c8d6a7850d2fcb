/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/arguments.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include <bpf/btf.h>

static const struct {
	const char *function;
	const char *argument; /* NULL: their number is wanted */
} rows[ET_ARG_ROWS] = {
#define ET_ARG(NAME, function, argument) { function, argument },
#define ET_ARGS(NAME, function)          { function, NULL },
#include "lib/wire/arguments.def"
};

int et_arguments__find(const struct btf *btf, const char *function, const char *argument)
{
	const struct btf_param *params;
	const struct btf_type *t;
	int id;

	id = btf__find_by_name_kind(btf, function, BTF_KIND_FUNC);
	if (id < 0)
		return -ENOENT;
	t = btf__type_by_id(btf, btf__type_by_id(btf, (__u32)id)->type);
	if (!t || !btf_is_func_proto(t))
		return -ENOENT;
	if (!argument)
		return btf_vlen(t);
	params = btf_params(t);
	for (int i = 0; i < btf_vlen(t); i++) {
		const char *name = btf__name_by_offset(btf, params[i].name_off);

		if (name && strcmp(name, argument) == 0)
			return i;
	}
	return -ENOENT;
}

void et_arguments__fill(const struct btf *btf, __u8 ret[ET_ARG_ROWS])
{
	for (int i = 0; i < ET_ARG_ROWS; i++) {
		int n = et_arguments__find(btf, rows[i].function, rows[i].argument);

		ret[i] = n < 0 || n >= ET_ARG_NONE ? ET_ARG_NONE : (__u8)n;
	}
}
