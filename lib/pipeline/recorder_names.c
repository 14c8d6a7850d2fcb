/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/pipeline/recorder_names.h"

#include <errno.h>

#include "lib/enrich/process_table.h"
#include "lib/enrich/users.h"
#include "lib/pipeline/failure.h"
#include "lib/recording/writer.h"

_Static_assert(ET_RECORDER_NAMES_MAX <= ET_FILE_NAMES_MAX && ET_USER_MAX <= ET_FILE_NAME_MAX,
	       "names fit");
_Static_assert((int)ET_NAME_USER == ET_FILE_NAME_USER && (int)ET_NAME_GROUP == ET_FILE_NAME_GROUP,
	       "same kinds");

/* Names of users and groups that must be added to the recording. */
struct name_list {
	struct et_recording_name names[ET_RECORDER_NAMES_MAX];
	size_t count;
};

/* Add a name to @list, unless the recording has it. */
static void want_name(struct et_pipeline *p, struct name_list *list, enum et_name_kind kind,
		      __u32 id)
{
	const __u64 version = et_names_version(p->names, kind);
	const enum et_file_name_kind file_kind = (enum et_file_name_kind)kind;

	if (et_recording_writer_knows_name(p->recorder, file_kind, id, version))
		return;
	for (size_t i = 0; i < list->count; i++)
		if (list->names[i].kind == file_kind && list->names[i].id == id)
			return;
	list->names[list->count++] = (struct et_recording_name){
		.kind = file_kind,
		.id = id,
		.version = version,
		.name = et_names_find(p->names, kind, id),
	};
}

/* Add to @list the names of a process that a context prints. */
static void want_names_of(struct et_pipeline *p, struct name_list *list,
			  const struct et_table_process *process)
{
	if (process->has_creds) {
		want_name(p, list, ET_NAME_USER, process->uid);
		want_name(p, list, ET_NAME_USER, process->euid);
		want_name(p, list, ET_NAME_GROUP, process->gid);
	}
	if (process->login_uid != ET_NO_LOGIN)
		want_name(p, list, ET_NAME_USER, process->login_uid);
}

static int record_names(struct et_pipeline *p, const struct name_list *list)
{
	int r = 0;

	if (list->count)
		r = et_recording_writer_add_names(p->recorder, list->names, list->count);
	return r < 0 && r != -EAGAIN ? et_recording_failed(p, r) : 0;
}

int et_recorder_add_names_of_event(struct et_pipeline *p, const struct et_event *event)
{
	const struct et_table_process *process = NULL;
	struct et_name_id ids[ET_NAMES_OF_EVENT];
	struct name_list list = { .count = 0 };
	size_t count;

	if (!p->names)
		return 0;
	count = et_names_of_event(event, ids);
	for (size_t i = 0; i < count; i++)
		want_name(p, &list, ids[i].kind, ids[i].id);
	/*
	 * Also look at the names of the event's process. They may have changed since an earlier
	 * event of the process.
	 */
	if (p->processes)
		process = et_process_table_find(p->processes, event);
	if (process)
		want_names_of(p, &list, process);
	return record_names(p, &list);
}
