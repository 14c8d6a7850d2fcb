// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Defines the filters' values, which filter.bpf.h declares. User space sets them before the load.
 */
#include "probes/core/filter.bpf.h"

const volatile __u32 et_filter_counts[2][ET_FILTER_KINDS] = {};
const volatile __u32 et_filter_pids[2][ET_FILTER_VALUES] = {};
const volatile __u32 et_filter_trees[2][ET_FILTER_VALUES] = {};
const volatile __u32 et_filter_uids[2][ET_FILTER_VALUES] = {};
const volatile __u64 et_filter_comms[2][ET_FILTER_VALUES][2] = {};
const volatile __u64 et_filter_cgroups[2][ET_FILTER_VALUES] = {};
