/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks and interprets the options of a session. Makes no query to the kernel. */
#ifndef ET_SESSION_CONFIG_H
#define ET_SESSION_CONFIG_H

#include <stdbool.h>

#include "lib/attach/attach.h"
#include "lib/include/eventstrace.h"

/**
 * et_session_check_options() - find invalid options
 * @o:		all options; et_filter_set__make() checks the filters
 * @err:	receives kind and message on failure
 *
 * Return: 0 or -EINVAL.
 */
int et_session_check_options(const struct et_options *o, struct et_error *err);

/**
 * et_session_config() - configure what to attach, and how
 * @o:		the options, checked; their data must live as long as the result
 * @filters:	made of the options' filters
 * @env:	made of the options' env
 * @trial:	only to find the available hooks: rings have their smallest size
 */
struct et_attach_config et_session_config(const struct et_options *o,
					  const struct et_filter_set *filters,
					  const struct et_env_set *env, bool trial);

#endif /* ET_SESSION_CONFIG_H */
