/* SPDX-License-Identifier: BSD-2-Clause */
/* The files of --output and --record, and what happens to them while events are recorded. */
#ifndef TOOLS_EVENTSTRACE_OUTPUTS_H
#define TOOLS_EVENTSTRACE_OUTPUTS_H

#include "tools/eventstrace/metrics_file.h"
#include "tools/eventstrace/options.h"
#include "tools/eventstrace/output.h"
#include "tools/eventstrace/privileges.h"
#include "tools/eventstrace/status.h"

struct outputs {
	struct output_file events; /* fd -1: none. Its path: NULL is stdout */
	struct output_file record;
	struct et_segments segments; /* of --record=DIR/; folder -1: none */
	const struct options *options;
	int used[2];        /* files that were rotated, and are to be closed; -1: none */
	const char *gone;   /* path of the output whose reader has closed it */
	bool again;         /* files were renamed, and not opened again yet */
	enum status status; /* of files that are closed already */
};

#define OUTPUTS_NONE                    \
	{ .events = OUTPUT_FILE_NONE,   \
	  .record = OUTPUT_FILE_NONE,   \
	  .segments = { .folder = -1 }, \
	  .used = { -1, -1 } }

/* Open the outputs of the options. A failure is reported. */
enum status outputs_open(const struct options *options, struct outputs *ret);

/* The files that outputs_reopen() and metrics_file_tick() open. */
struct privileges_files outputs_files(const struct options *options, const struct outputs *outputs,
				      const struct metrics_file *metrics);

/* True if outputs_reopen() can open a file again. */
bool outputs_reopen_possible(const struct outputs *outputs);

/**
 * outputs_reopen() - open files again, which were renamed
 * @options:	the options
 * @session:	the session, which continues in these files
 * @outputs:	receives their descriptors; the former ones are closed
 *
 * A failure is reported, and the former file stays in use. A failure of the session is found again
 * by its next poll. If a pipe does not take its data now, @outputs->again stays set.
 */
void outputs_reopen(const struct options *options, struct et_session *session,
		    struct outputs *outputs);

/*
 * The next file of a session: et_options::next_file, for --rotate-size. @outputs: a struct outputs.
 * A failure is reported, and the present file stays in use.
 */
int outputs_next_file(void *outputs, enum et_output output);

/* Close the files that were rotated, when the session has returned. */
void outputs_close_used(struct outputs *outputs);

/*
 * Close all. Some file systems, such as NFS, report only at the close that there was no room.
 * Standard output is closed too: its reader sees the end.
 */
enum status outputs_close(struct outputs *outputs);

#endif /* TOOLS_EVENTSTRACE_OUTPUTS_H */
