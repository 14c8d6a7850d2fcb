/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes PROCESS_EXISTS records of the processes in a table, for the beginning of a recording. */
#ifndef ET_ENRICH_EXISTS_H
#define ET_ENRICH_EXISTS_H

#include "lib/enrich/process_table.h"

/* Largest size of a record in bytes. */
#define ET_EXISTS_MAX                                                                    \
	(sizeof(struct et_process_exists) + 3 * (sizeof(struct et_var) + ET_VAR_ALIGN) + \
	 ET_PROCESS_FILE_MAX + ET_PROCESS_ARGS_MAX + ET_CAP_CGROUP_PATH)

/**
 * et_exists_make() - make a record with all that a table knows about a process
 * @process:	the process
 * @ts:		the current CLOCK_MONOTONIC time, for the record's header
 * @clock_offset: CLOCK_REALTIME - CLOCK_MONOTONIC at the time @ts, in ns
 * @buf:	receives the record; 8-byte aligned, ET_EXISTS_MAX bytes
 *
 * After et_process_table_see() of this record, another table knows the same about the process.
 * Outputs do not print the record, because its field `again` is 1.
 *
 * Return: bytes of the record.
 */
size_t et_exists_make(const struct et_table_process *process, __u64 ts, __u64 clock_offset,
		      void *buf);

#endif /* ET_ENRICH_EXISTS_H */
