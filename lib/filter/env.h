/* SPDX-License-Identifier: BSD-2-Clause */
/* The environment variables to record, in the programs' format. */
#ifndef ET_ATTACH_ENV_H
#define ET_ATTACH_ENV_H

#include <linux/types.h>
#include <stdbool.h>

#include "lib/include/eventstrace.h"
#include "lib/wire/shared.h"

struct et_env_set {
	bool limited; /* true if not all */
	struct et_env_names wanted;
};

/**
 * et_env_set__make() - parse et_options::env
 * @text:	its value; NULL: the default
 * @ret:	receives the set; left alone on failure
 * @err:	receives kind and message on failure
 *
 * Return: 0 or -EINVAL.
 */
int et_env_set__make(const char *text, struct et_env_set *ret, struct et_error *err);

#endif /* ET_ATTACH_ENV_H */
