/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A few event types in several categories, and a cgroup, for unit tests that must not depend on the
 * schema. Short names of different categories are equal, and flags begin with their category's
 * name.
 */
#include <errno.h>
#include <string.h>

#include "lib/include/eventstrace.h"

static const struct et_event_info infos[] = {
	{ 1, "PROCESS_FORK", "process-fork", "process", "A process was created." },
	{ 2, "PROCESS_EXEC", "process-exec", "process", "A program was started." },
	{ 3, "PROCESS_EXEC_FAILED", "process-exec-failed", "process", "A program was not." },
	{ 4, "FILE_CREATE", "file-create", "file", "A file was created." },
	{ 5, "FILE_MODIFY", "file-modify", "file", "A file was changed." },
	{ 6, "NETWORK_CONNECTION_CLOSED", "net-conn-closed", "network", "A connection ended." },
	{ 22, "PROCESS_EXISTS", "process-exists", "process", "A process ran before." },
	{ 7, "NETWORK_MODIFY", "net-modify", "network", "Of the name of another." },
};

const struct et_event_info *et_event_infos(size_t *ret_count)
{
	*ret_count = sizeof(infos) / sizeof(*infos);
	return infos;
}

const struct et_event_info *et_event_by_flag(const char *flag)
{
	for (size_t i = 0; i < sizeof(infos) / sizeof(*infos); i++) {
		if (!strcmp(flag, infos[i].flag))
			return &infos[i];
	}
	return NULL;
}

const struct et_field_info *et_event_fields(unsigned int id, size_t *ret_count)
{
	static const struct et_field_info fields[] = {
		{ NULL, "pids", "object", "after the call" },
		{ "pids", "tgid", "number", "process" },
		{ NULL, "comm", "string", "name of the main thread" },
	};

	*ret_count = id ? sizeof(fields) / sizeof(*fields) : 0;
	return fields;
}

const char *et_lost_cause_name(unsigned int cause)
{
	static const char *const names[] = {
		"UNKNOWN", "RING_FULL",  "NO_LANE",    "PENDING_FULL", "SEGMENTS",  "MALFORMED",
		"FAULT",   "USER_SHARE", "QUEUE_FULL", "SPOOL_FULL",   "DISK_FULL",
	};

	return cause < sizeof(names) / sizeof(*names) ? names[cause] : NULL;
}

int et_cgroup_id(const char *path, uint64_t *ret)
{
	if (!strcmp(path, "/cgroups/a,b"))
		*ret = 77;
	return strcmp(path, "/cgroups/a,b") ? -ENOENT : 0;
}
