/* SPDX-License-Identifier: BSD-2-Clause */
/* Which variables of an environment are recorded, as programs take it. */
#ifndef ET_ATTACH_ENV_H
#define ET_ATTACH_ENV_H

#include <linux/types.h>
#include <stdbool.h>

#include "lib/include/eventstrace.h"
#include "lib/wire/shared.h"

struct et_env_set {
	bool limited; /* not all */
	struct et_env_names wanted;
};

/**
 * et_env_set__make() - understand et_options::env
 * @text:	as there; NULL: the default
 * @ret:	receives it; left alone on failure
 * @err:	receives kind and message on failure
 *
 * Return: 0 or -EINVAL.
 */
int et_env_set__make(const char *text, struct et_env_set *ret, struct et_error *err);

#endif /* ET_ATTACH_ENV_H */
