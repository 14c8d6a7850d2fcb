/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes the BPF programs' configuration from the caller's options and the kernel's features. */
#ifndef ET_BPF_CONFIG_H
#define ET_BPF_CONFIG_H

#include "lib/attach/attach.h"
#include "lib/kernel/features.h"
#include "lib/attach/load.h"
#include "lib/attach/log.h"
#include "lib/wire/own_task.h"

/**
 * et_bpf_config__fill() - set all values that the options do not decide, except the emit mode
 * @load:	has the values that the options decide; receives the others
 * @self:	receives facts about the tracer itself
 * @config:	the caller's options that depend on these facts
 * @features:	the kernel's features; must contain the kernel's BTF
 * @log:	receives warnings, for example if there are too many terminals
 * @err:	receives kind and message on failure
 *
 * Return: 0 or a negative errno; -ESRCH: a filter names a process that is not in the caller's PID
 * namespace.
 */
int et_bpf_config__fill(struct et_load_config *load, struct et_own_task *self,
			const struct et_attach_config *config, struct et_feature_set *features,
			const struct et_log *log, struct et_error *err);

/* Set the values that depend on the chosen candidates. @events: the events with a candidate. */
void et_bpf_config__fill_from_plan(struct et_bpf_config *bpf, const struct et_plan *plan,
				   __u64 events, struct et_feature_set *features);

#endif /* ET_BPF_CONFIG_H */
