/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/segments.h"

#include "tools/eventstrace/outcome.h"
#include "tools/eventstrace/output.h"

/*
 * New files get the group of the folder. The members of --spool-group send segments, delete what
 * was acknowledged, and keep their position in the folder.
 */
#define FOLDER_MODE       02750
#define FOLDER_MODE_GROUP 02770

enum status segments_open(const struct options *options, struct et_segments *ret)
{
	const struct output_folder_how how = {
		.mode = options->spool_group_given ? FOLDER_MODE_GROUP : FOLDER_MODE,
		.has_group = options->spool_group_given,
		.group = options->spool_group,
		.has_owner = options->run_as.given,
		.owner = options->run_as.uid,
	};
	int fd = output_open_folder(options->record, &how);

	if (fd < 0)
		return outcome_unwritable(options->record, fd);
	*ret = (struct et_segments){
		.sz = sizeof(*ret),
		.folder = fd,
		.mode = options->mode,
		.size = options->segment_size,
		.age_ns = options->segment_age_ns,
		.spool_size = options->spool_size,
		.full = options->spool_full,
		.sync = options->spool_sync,
	};
	return STATUS_OK;
}
