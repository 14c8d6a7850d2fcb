/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What everything that is opened with a struct et_options begins with.
 */
#ifndef ET_OPTIONS_H
#define ET_OPTIONS_H

#include "lib/include/eventstrace.h"

/**
 * et_options_take() - copy the options that the caller knows of
 * @opts:	the caller's
 * @ret:	receives them; what the caller does not know of has its default
 * @err:	receives kind and message on failure
 *
 * Return: 0 or -EINVAL.
 */
int et_options_take(const struct et_options *opts, struct et_options *ret, struct et_error *err);

#endif /* ET_OPTIONS_H */
