/* SPDX-License-Identifier: BSD-2-Clause */
/* The emit mode: chosen from the request and from the kernel's features. */
#ifndef ET_EMIT_MODE_H
#define ET_EMIT_MODE_H

#include "lib/kernel/features.h"
#include "lib/include/eventstrace.h"
#include "lib/wire/wire.h"

struct et_emit_choice {
	enum et_emit_request request;
	enum et_emit_mode mode; /* the programs' value */
	char name[32];          /* request and choice as text: "varlen", "auto: direct" */
	char why[200];          /* why records are not packed in the ring; empty if not requested */
};

/**
 * et_emit_mode__choose() - choose the emit mode
 * @request:	the requested mode
 * @features:	the kernel's features
 * @ret:	receives the choice; on failure, only its why
 *
 * Return: 0, or -EOPNOTSUPP: the kernel does not support the requested mode.
 */
int et_emit_mode__choose(enum et_emit_request request, struct et_feature_set *features,
			 struct et_emit_choice *ret);

/**
 * et_emit_mode__without_direct() - choose another mode if a program does not load with direct
 * @choice:	the choice; changed if there is another, and receives its why in any case
 * @program:	the program's name
 * @why:	the kernel's reason
 *
 * Return: 0, or -EOPNOTSUPP: the request excludes other modes.
 */
int et_emit_mode__without_direct(struct et_emit_choice *choice, const char *program,
				 const char *why);

#endif /* ET_EMIT_MODE_H */
