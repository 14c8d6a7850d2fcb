// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The licence that the kernel is told, for all programs: some helpers want a GPL-compatible one. */
#include "probes/core/common.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";
