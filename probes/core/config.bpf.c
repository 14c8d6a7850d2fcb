// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "probes/core/config.bpf.h"

/* Default values, for tests and benchmarks that set only a few members. lib/attach sets all. */
const volatile struct et_bpf_config et_config = {
	.events = ~0ULL,
	.emit_mode = ET_EMIT_VARLEN,
	.shards = 1,
	.fair_look_shift = 3,
	.env_slots = ET_ENV_SLOTS,
};
