// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The licence of all programs, for the kernel: some helpers require a GPL-compatible one. */
#include "probes/core/common.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";
