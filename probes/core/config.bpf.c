// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "probes/core/config.bpf.h"

/* lib/attach sets all values. Tests and benchmarks set few, and use these for the others. */
const volatile struct et_bpf_config et_config = {
	.events = ~0ULL,
	.emit_mode = ET_EMIT_VARLEN,
	.shards = 1,
	.fair_look_shift = 3,
	.env_slots = ET_ENV_SLOTS,
};
