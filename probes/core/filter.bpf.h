/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is left out on purpose.
 *
 *	if (et_skips(ET_PROCESS_EXEC, task))
 *		return 0;		(counted as filtered)
 *
 * A probe asks as soon as it knows that there is an event and whose it is: before it looks for
 * anything that it would record, and before et_emit_begin().
 */
#ifndef ET_FILTER_BPF_H
#define ET_FILTER_BPF_H

#include "probes/core/lane.bpf.h"
#include "probes/core/task.bpf.h"

/*
 * Is an event of @type not to be recorded, because of the task whose doing it is? Then it is
 * counted. @task is often, but not always, the current one: of a fork it is the parent, and what
 * happens in a software interrupt is nobody's who runs at that moment.
 */
static __always_inline bool et_skips(enum et_event_type type, const struct task_struct *task)
{
	if (et_read(task, tgid) != et_self_tgid)
		return false;
	et_filtered(type);
	return true;
}

#endif /* ET_FILTER_BPF_H */
