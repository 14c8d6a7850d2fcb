/* SPDX-License-Identifier: BSD-2-Clause */
/* What programs are told, from what the caller wants and what the kernel is. */
#ifndef ET_TELL_H
#define ET_TELL_H

#include "lib/attach/attach.h"
#include "lib/attach/features.h"
#include "lib/attach/load.h"
#include "lib/attach/log.h"

/* As many as programs have room for: probes/core/config.bpf.h. */
#define ET_QUIET_TTYS_MAX  4
#define ET_QUIET_TGIDS_MAX 16

/* The configuration, and what it points to. */
struct et_told {
	struct et_load_config load;
	__u64 quiet_ttys[ET_QUIET_TTYS_MAX];
	__u64 quiet_pgid_ttys[ET_QUIET_TTYS_MAX];
	__u32 quiet_tgids[ET_QUIET_TGIDS_MAX];
};

/**
 * et_tell() - fill in all but the events and the way to make records
 * @told:	receives it; stays where it is while it is used
 * @config:	what the caller wants
 * @features:	the kernel's BTF is known to be there
 * @log:	hears of what does not fit
 */
void et_tell(struct et_told *told, const struct et_attach_config *config,
	     const struct et_feature_set *features, const struct et_log *log);

#endif /* ET_TELL_H */
