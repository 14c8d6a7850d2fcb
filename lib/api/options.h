/* SPDX-License-Identifier: BSD-2-Clause */
/* The common first step of all functions that take a struct et_options. */
#ifndef ET_OPTIONS_H
#define ET_OPTIONS_H

#include "lib/include/eventstrace.h"

/**
 * et_options_take() - copy the options that the caller's struct contains
 * @opts:	the caller's
 * @ret:	receives them; others have their defaults
 * @err:	receives kind and message on failure
 *
 * Return: 0 or -EINVAL.
 */
int et_options_take(const struct et_options *opts, struct et_options *ret, struct et_error *err);

#endif /* ET_OPTIONS_H */
