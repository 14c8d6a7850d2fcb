/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ET_ERROR_H
#define ET_ERROR_H

#include "lib/include/eventstrace.h"

/**
 * et_error_set() - set the kind and the message of an error
 * @err:	receives the kind and the message; a message that is too long is cut
 * @r:		negative errno
 *
 * Return: @r.
 */
int et_error_set(struct et_error *err, enum et_error_kind kind, int r, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#endif /* ET_ERROR_H */
