/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Applies a session's filters to the processes that ran at the start. A process passes if an event
 * of it would pass the BPF programs' filters. Internal to lib/session.
 */
#ifndef ET_SESSION_SNAPSHOT_FILTER_H
#define ET_SESSION_SNAPSHOT_FILTER_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/enrich/proc.h"
#include "lib/include/eventstrace.h"

/* The records of processes to filter. */
struct et_snapshot {
	void *records; /* of PROCESS_EXISTS, one after the other, each at a multiple of 8 bytes */
	size_t size;   /* bytes of all records */
	/*
	 * true: set `again` in the records that a filter drops, so that they are known but not
	 * printed. false: remove these records.
	 */
	bool keep_dropped;
};

/**
 * et_snapshot_filter() - apply filters to processes
 * @snapshot:	the processes; those that a filter drops are removed or marked: see keep_dropped
 * @proc:	the reader that read them
 * @filters:	the filters of a session; for ET_FILTER_CGROUP, `number` is the cgroup's id
 * @count:	number of filters
 * @err:	receives kind and message on failure
 *
 * Return: 0 or a negative errno.
 */
int et_snapshot_filter(struct et_snapshot *snapshot, const struct et_proc *proc,
		       const struct et_filter *filters, size_t count, struct et_error *err);

#endif /* ET_SESSION_SNAPSHOT_FILTER_H */
