/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds out which candidates of a plan the kernel supports. A candidate is a set of BPF programs
 * and hooks for one event. This file queries the kernel, and loads BPF programs to see whether the
 * kernel accepts them.
 */
#ifndef ET_DIAGNOSE_H
#define ET_DIAGNOSE_H

#include "lib/kernel/features.h"
#include "lib/attach/load.h"
#include "lib/hooks/plan.h"
#include "lib/attach/emit_mode.h"

/*
 * Mark candidates of @plan as failed if queries show that the kernel does not support them. This
 * loads no BPF programs. @all_calls: programs for system calls run from the tracepoints that all
 * system calls share (calls.h), so a system call's own tracepoint is not needed.
 */
void et_diagnose__check(struct et_plan *plan, struct et_feature_set *features, bool all_calls);

/**
 * et_diagnose__find_failing_programs() - find the BPF programs that the kernel does not load
 * @plan:	the plan; chosen candidates that need such a program are marked as failed
 * @load:	the BPF programs' configuration; its mode changes together with @choice
 * @choice:	the emit mode; changed if a program fails only in the mode direct, and the user's
 *		request allows another mode
 *
 * Each BPF program of the chosen candidates is loaded separately.
 *
 * Return: 1 if @plan or @choice was changed, so that the caller should try again; 0 if not;
 * -EOPNOTSUPP if the requested emit mode does not work.
 */
int et_diagnose__find_failing_programs(struct et_plan *plan, struct et_load_config *load,
				       struct et_emit_choice *choice);

#endif /* ET_DIAGNOSE_H */
