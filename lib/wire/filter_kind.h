/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The kinds of filters: the property of an event that a filter compares. For user space, the public
 * header eventstrace.h defines the enum. BPF programs cannot include that header, so this file
 * repeats the enum for them. The test filter_kind_test compares both definitions.
 */
#ifndef ET_FILTER_KIND_H
#define ET_FILTER_KIND_H

#ifdef __bpf__
enum et_filter_kind {
	ET_FILTER_PID = 0,
	ET_FILTER_TREE,
	ET_FILTER_UID,
	ET_FILTER_COMM,
	ET_FILTER_CGROUP,
	ET_FILTER_PATH_PREFIX,
	ET_FILTER_KINDS,
};
#else
# include "lib/include/eventstrace.h"
#endif

#endif /* ET_FILTER_KIND_H */
