/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/kernel/btf_args.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <bpf/btf.h>

static const struct {
	const char *function;
	const char *argument; /* NULL: count the function's arguments */
} rows[ET_ARG_ROWS] = {
#define ET_ARG(NAME, function, argument) { function, argument },
#define ET_ARGS(NAME, function)          { function, NULL },
#include "lib/wire/btf_args.def"
};

static const struct btf_type *find_proto(const struct btf *btf, const char *function)
{
	const struct btf_type *t;
	int id;

	id = btf__find_by_name_kind(btf, function, BTF_KIND_FUNC);
	if (id < 0)
		return NULL;
	t = btf__type_by_id(btf, btf__type_by_id(btf, (__u32)id)->type);
	return t && btf_is_func_proto(t) ? t : NULL;
}

int et_btf_args__find(const struct btf *btf, const char *function, const char *argument)
{
	const struct btf_type *t = find_proto(btf, function);
	const struct btf_param *params;

	if (!t)
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

bool et_btf_args__are(const struct btf *btf, const char *declared)
{
	char text[128] = "", function[64];
	size_t len = strcspn(declared, "(");
	const struct btf_param *params;
	const struct btf_type *t;

	if (len >= sizeof(function))
		return false;
	memcpy(function, declared, len);
	function[len] = '\0';
	t = find_proto(btf, function);
	if (!t)
		return false;
	/* Rebuild the function's declaration from BTF, to compare it with @declared. */
	len = (size_t)snprintf(text, sizeof(text), "%s(", function);
	params = btf_params(t);
	for (int i = 0; i < btf_vlen(t) && len < sizeof(text); i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s", i ? ", " : "",
					btf__name_by_offset(btf, params[i].name_off));
	if (len < sizeof(text))
		snprintf(text + len, sizeof(text) - len, ")");
	return strcmp(text, declared) == 0;
}

void et_btf_args__fill(const struct btf *btf, __u8 ret[ET_ARG_ROWS])
{
	for (int i = 0; i < ET_ARG_ROWS; i++) {
		int n = et_btf_args__find(btf, rows[i].function, rows[i].argument);

		ret[i] = n < 0 || n >= ET_ARG_NONE ? ET_ARG_NONE : (__u8)n;
	}
}
