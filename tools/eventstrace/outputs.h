/* SPDX-License-Identifier: BSD-2-Clause */
/* Opens the files of --output and --record, and reopens, rotates and closes them. */
#ifndef TOOLS_EVENTSTRACE_OUTPUTS_H
#define TOOLS_EVENTSTRACE_OUTPUTS_H

#include "tools/eventstrace/metrics_file.h"
#include "tools/eventstrace/options.h"
#include "tools/eventstrace/output.h"
#include "tools/eventstrace/privileges.h"
#include "tools/eventstrace/status.h"

struct outputs {
	struct output_file events; /* fd -1: no events are printed. path NULL: stdout */
	struct output_file record;
	struct et_segments segments; /* of --record=DIR/; folder -1: none */
	const struct options *options;
	int used[2];        /* files to close after their rotation; -1: none */
	const char *gone;   /* path of the output that its reader has closed */
	bool again;         /* files were renamed, but are not opened again yet */
	enum status status; /* result of closing former files */
};

#define OUTPUTS_NONE                    \
	{ .events = OUTPUT_FILE_NONE,   \
	  .record = OUTPUT_FILE_NONE,   \
	  .segments = { .folder = -1 }, \
	  .used = { -1, -1 } }

/*
 * Open the outputs of the options. Prints failures on stderr. Return: the exit status; STATUS_OK on
 * success.
 */
enum status outputs_open(const struct options *options, struct outputs *ret);

/* The files that outputs_reopen() and metrics_file_tick() will open, for privileges_drop(). */
struct privileges_files outputs_files(const struct options *options, const struct outputs *outputs,
				      const struct metrics_file *metrics);

/* True if outputs_reopen() can open a file again. */
bool outputs_reopen_possible(const struct outputs *outputs);

/**
 * outputs_reopen() - open files again that were renamed
 * @options:		the options
 * @session:		the session, which continues in the new files
 * @outputs:		receives the new descriptors; the former files are closed
 *
 * On failure, prints a message, and the former file stays in use. The next poll of the session also
 * finds a failure of the session. If a pipe accepts no data now, @outputs->again stays set.
 */
void outputs_reopen(const struct options *options, struct et_session *session,
		    struct outputs *outputs);

/*
 * Open the next file of a session, for --rotate-size: et_options.next_file. @outputs: a struct
 * outputs. On failure, prints a message, and the present file stays in use. Return: a descriptor,
 * or a negative errno.
 */
int outputs_next_file(void *outputs, enum et_output output);

/* Close the files that were rotated. The session no longer uses them. */
void outputs_close_used(struct outputs *outputs);

/*
 * Close all files. Some file systems, such as NFS, report only then that there was no room.
 * Standard output is closed, too, so that its reader sees the end. Return: the exit status.
 */
enum status outputs_close(struct outputs *outputs);

#endif /* TOOLS_EVENTSTRACE_OUTPUTS_H */
