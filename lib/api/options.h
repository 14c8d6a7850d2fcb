/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks and copies the struct et_options that the caller of a public function passes. */
#ifndef ET_OPTIONS_H
#define ET_OPTIONS_H

#include "lib/include/eventstrace.h"

/**
 * et_options_take() - copy the caller's options into this version's struct et_options
 * @opts:	the caller's options, possibly of an older or a newer version of the struct
 * @ret:	receives the options; members that @opts lacks have their defaults
 * @err:	receives kind and message on failure
 *
 * Return: 0 or -EINVAL.
 */
int et_options_take(const struct et_options *opts, struct et_options *ret, struct et_error *err);

#endif /* ET_OPTIONS_H */
