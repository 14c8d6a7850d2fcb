/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds out which candidates of a plan work: by asking the kernel, and by loading. */
#ifndef ET_CHOOSE_H
#define ET_CHOOSE_H

#include "lib/attach/features.h"
#include "lib/attach/load.h"
#include "lib/attach/plan.h"
#include "lib/attach/way.h"

/* Fail what can be known to fail without loading anything. */
void et_choose__check(struct et_plan *plan, struct et_feature_set *features);

/**
 * et_choose__find_culprits() - why programs did not load together
 * @plan:	what was chosen; what does not load fails in it
 * @load:	what the programs were told; changed with @way
 * @way:	how they were to make records; changed if that is why, and if it may be
 *
 * Loads each program by itself.
 *
 * Return: 1 if something was found, so that another attempt makes sense; 0 if not; -EOPNOTSUPP if
 * records cannot be made in the way that is asked for.
 */
int et_choose__find_culprits(struct et_plan *plan, struct et_load_config *load, struct et_way *way);

#endif /* ET_CHOOSE_H */
