/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/hooks/hooks.h"

#include "lib/hooks/hook_rows.h"

static const struct et_hook_table *const categories[] = {
	&et_hooks_process,
	&et_hooks_file,
	&et_hooks_network,
};

#define CATEGORIES (sizeof(categories) / sizeof(categories[0]))

const struct et_hook_table *const *et_hook_tables(size_t *ret_count)
{
	*ret_count = CATEGORIES;
	return categories;
}
