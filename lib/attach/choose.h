/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds out which candidates of a plan work: by queries to the kernel, and by loading. */
#ifndef ET_CHOOSE_H
#define ET_CHOOSE_H

#include "lib/attach/features.h"
#include "lib/attach/load.h"
#include "lib/attach/plan.h"
#include "lib/attach/way.h"

/* Fail the candidates that are known to fail without loading anything. */
void et_choose__check(struct et_plan *plan, struct et_feature_set *features);

/**
 * et_choose__find_culprits() - find the programs that do not load
 * @plan:	the chosen candidates; fails those that do not load
 * @load:	the programs' configuration; changed with @way
 * @way:	the emit mode; changed if it is the reason, and if it may change
 *
* Loads each program separately.
 *
 * Return: 1 if something was found, so that another attempt makes sense; 0 if not; -EOPNOTSUPP if
* the requested emit mode does not work.
 */
int et_choose__find_culprits(struct et_plan *plan, struct et_load_config *load, struct et_way *way);

#endif /* ET_CHOOSE_H */
