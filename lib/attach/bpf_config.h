/* SPDX-License-Identifier: BSD-2-Clause */
/* Builds the programs' configuration from the caller's options and the kernel's features. */
#ifndef ET_BPF_CONFIG_H
#define ET_BPF_CONFIG_H

#include "lib/attach/attach.h"
#include "lib/kernel/features.h"
#include "lib/attach/load.h"
#include "lib/attach/log.h"
#include "lib/wire/own_task.h"

/* The size of the programs' table: probes/core/config.bpf.h. */
#define ET_QUIET_TTYS_MAX  4
#define ET_QUIET_TGIDS_MAX ET_SELF_ANCESTORS

/* The configuration and its data. */
struct et_bpf_config {
	struct et_load_config load;
	__u64 quiet_ttys[ET_QUIET_TTYS_MAX];
	__u64 quiet_pgid_ttys[ET_QUIET_TTYS_MAX];
	struct et_filter_set filters;
	struct et_own_task self;
};

/**
 * et_bpf_config__fill() - fill in all but the events and the emit mode
 * @bpf_config:	receives it; must not move while it is used
 * @config:	the caller's options
 * @features:	the kernel's BTF is known to be there
 * @log:	receives what does not fit
 * @err:	receives kind and message on failure
 *
 * Return: 0, or -ESRCH: a filter names a process that is not in the caller's PID namespace.
 */
int et_bpf_config__fill(struct et_bpf_config *bpf_config, const struct et_attach_config *config,
			struct et_feature_set *features, const struct et_log *log,
			struct et_error *err);

#endif /* ET_BPF_CONFIG_H */
