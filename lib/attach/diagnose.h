/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds out which candidates of a plan the kernel supports: by queries, and by loading their
 * programs.
 */
#ifndef ET_DIAGNOSE_H
#define ET_DIAGNOSE_H

#include "lib/kernel/features.h"
#include "lib/attach/load.h"
#include "lib/hooks/plan.h"
#include "lib/attach/emit_mode.h"

/*
 * Mark the candidates of @plan as failed that the kernel is known not to support, without loading
 * any program.
 */
void et_diagnose__check(struct et_plan *plan, struct et_feature_set *features);

/**
 * et_diagnose__find_failing_programs() - find the programs that do not load
 * @plan:	the chosen candidates; those whose programs do not load are marked as failed
 * @load:	the programs' configuration; changed with @choice
 * @choice:	the emit mode; changed if it is the reason, and if the request allows it
 *
 * Loads each program separately.
 *
 * Return: 1 if @plan or @choice was changed, so that another attempt makes sense; 0 if not;
 * -EOPNOTSUPP if the requested emit mode does not work.
 */
int et_diagnose__find_failing_programs(struct et_plan *plan, struct et_load_config *load,
				       struct et_emit_choice *choice);

#endif /* ET_DIAGNOSE_H */
