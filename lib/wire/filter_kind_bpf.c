/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The values of enum et_filter_kind in BPF programs, which filter_kind_test compares with those in
 * user space.
 */
#define __bpf__ 1
#include "lib/wire/filter_kind.h"

extern const int filter_kinds_of_programs[];

const int filter_kinds_of_programs[] = {
	ET_FILTER_PID,    ET_FILTER_TREE,        ET_FILTER_UID,   ET_FILTER_COMM,
	ET_FILTER_CGROUP, ET_FILTER_PATH_PREFIX, ET_FILTER_KINDS,
};
