/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way in which programs make records: what was asked for, against what the kernel can do.
 */
#ifndef ET_WAY_H
#define ET_WAY_H

#include "lib/attach/features.h"
#include "lib/include/eventstrace.h"
#include "lib/wire/wire.h"

struct et_way {
	enum et_wire_choice asked;
	enum et_emit_way way; /* what is told to programs */
	char name[32];        /* both, for people: "varlen", "auto: direct" */
	char why[200]; /* why records are not made directly; empty if that is not asked for */
};

/**
 * et_way__choose() - decide how records are made
 * @asked:	what is wanted
 * @features:	what the kernel offers
 * @ret:	receives the decision; if it fails, only why
 *
 * Return: 0, or -EOPNOTSUPP: what is asked for cannot be had.
 */
int et_way__choose(enum et_wire_choice asked, struct et_feature_set *features, struct et_way *ret);

/**
 * et_way__without_direct() - the next best, when a program does not load for making it directly
 * @way:	the decision; changed if there is another, and gets its why in any case
 * @program:	the program's name
 * @why:	what the kernel says of it
 *
 * Return: 0, or -EOPNOTSUPP: nothing else will do.
 */
int et_way__without_direct(struct et_way *way, const char *program, const char *why);

#endif /* ET_WAY_H */
