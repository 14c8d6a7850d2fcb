// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The licence of all BPF programs: the kernel offers some helpers only to GPL-compatible BPF
 * programs.
 */
#include "probes/core/common.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";
