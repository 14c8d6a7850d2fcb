/* SPDX-License-Identifier: BSD-2-Clause */
/* Chooses the emit mode from the user's request and the kernel's features. */
#ifndef ET_EMIT_MODE_H
#define ET_EMIT_MODE_H

#include "lib/kernel/features.h"
#include "lib/include/eventstrace.h"
#include "lib/wire/wire.h"

struct et_emit_choice {
	enum et_emit_request request;
	enum et_emit_mode mode; /* the mode as BPF programs know it */
	char name[32];          /* request and mode as text: "varlen", "auto: direct" */
	/* why records are not packed in the ring; empty if they are, or if not requested */
	char why[200];
};

/**
 * et_emit_mode__choose() - choose the emit mode
 * @request:	the requested mode
 * @features:	the kernel's features
 * @ret:	receives the choice; on failure, only its member `why`
 *
 * Return: 0, or -EOPNOTSUPP: the kernel does not support the requested mode.
 */
int et_emit_mode__choose(enum et_emit_request request, struct et_feature_set *features,
			 struct et_emit_choice *ret);

/**
 * et_emit_mode__without_direct() - choose another mode if a program does not load in mode direct
 * @choice:	the choice; changed if the request allows another mode; its `why` is set in any case
 * @program:	the program's name
 * @why:	the reason why the kernel does not load the program
 *
 * Return: 0, or -EOPNOTSUPP: the request excludes other modes.
 */
int et_emit_mode__without_direct(struct et_emit_choice *choice, const char *program,
				 const char *why);

#endif /* ET_EMIT_MODE_H */
