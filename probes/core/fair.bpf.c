// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "probes/core/fair.bpf.h"

volatile __u64 et_fair_look[ET_FAIR_LOOKS];
