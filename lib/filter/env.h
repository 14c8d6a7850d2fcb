/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Converts the option --env, a list of environment variables to record, to the format that BPF
 * programs use.
 */
#ifndef ET_FILTER_ENV_H
#define ET_FILTER_ENV_H

#include <linux/types.h>
#include <stdbool.h>

#include "lib/include/eventstrace.h"
#include "lib/wire/bpf_config.h"

/**
 * et_env_set__make() - parse et_options::env
 * @text:	the value of et_options::env; NULL: the default
 * @ret:	receives the variables to record; unchanged on failure
 * @err:	receives the error's kind and message on failure
 *
 * Return: 0 or -EINVAL.
 */
int et_env_set__make(const char *text, struct et_env_set *ret, struct et_error *err);

#endif /* ET_FILTER_ENV_H */
