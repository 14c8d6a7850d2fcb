/* SPDX-License-Identifier: BSD-2-Clause */
/* What options of a session mean, and which cannot be. Asks nothing of the kernel. */
#ifndef ET_SESSION_CONFIG_H
#define ET_SESSION_CONFIG_H

#include <stdbool.h>

#include "lib/attach/attach.h"
#include "lib/include/eventstrace.h"

/**
 * et_session_check_options() - find options that cannot be
 * @o:		the options, whole; filters are et_filter_set__make()'s to check
 * @err:	receives kind and message on failure
 *
 * Return: 0 or -EINVAL.
 */
int et_session_check_options(const struct et_options *o, struct et_error *err);

/**
 * et_session_config() - what is to be attached, and how
 * @o:		the options, checked; what they point to must live as long as the result
 * @filters:	made of the options' filters
 * @env:	made of the options' env
 * @trial:	only to see what can be had: rings are as small as they can be
 */
struct et_attach_config et_session_config(const struct et_options *o,
					  const struct et_filter_set *filters,
					  const struct et_env_set *env, bool trial);

#endif /* ET_SESSION_CONFIG_H */
