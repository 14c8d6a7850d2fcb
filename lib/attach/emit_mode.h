/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Chooses the emit mode (how BPF programs make records) from the user's request and the kernel's
 * features.
 */
#ifndef ET_EMIT_MODE_H
#define ET_EMIT_MODE_H

#include "lib/kernel/features.h"
#include "lib/include/eventstrace.h"
#include "lib/wire/wire.h"

struct et_emit_choice {
	enum et_emit_request request;
	enum et_emit_mode mode; /* the chosen mode, for the BPF programs */
	char name[32];          /* request and mode as text: "varlen", "auto: direct" */
	/*
	 * why records are not packed in the ring (mode direct); empty if they are, or if the user
	 * has requested another mode
	 */
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
 * et_emit_mode__without_direct() - choose a mode instead of direct
 * @choice:	the choice; changed if the user's request allows this; `why` is always set
 * @program:	the BPF program's name
 * @why:	the reason why the kernel does not load it
 *
 * Return: 0, or -EOPNOTSUPP if the user has requested mode direct.
 */
int et_emit_mode__without_direct(struct et_emit_choice *choice, const char *program,
				 const char *why);

#endif /* ET_EMIT_MODE_H */
