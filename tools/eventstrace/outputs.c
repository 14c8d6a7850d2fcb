/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/outputs.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/eventstrace/log_err.h"
#include "tools/eventstrace/outcome.h"
#include "tools/eventstrace/same_file.h"
#include "tools/eventstrace/segments.h"

/*
 * True if both descriptors are the same regular file: events and records in one file would be
 * unreadable.
 */
static bool write_to_one_file(int a, int b)
{
	struct stat sa, sb;

	return !fstat(a, &sa) && !fstat(b, &sb) && S_ISREG(sa.st_mode) && is_same_file(&sa, &sb);
}

static enum status open_record(const struct options *options, const struct output_how *how,
			       struct outputs *outputs)
{
	int err = output_open(strcmp(options->record, "-") ? options->record : NULL, how,
			      &outputs->record);

	if (err == -EISDIR) {
		log_err("--record=%s is a folder: --record=%s/ writes segments into it",
			options->record, options->record);
		return STATUS_OUTPUT;
	}
	if (err < 0)
		return outcome_unwritable(options->record, err);
	if (isatty(outputs->record.fd)) {
		log_err("--record=%s: a recording is nothing for a terminal", options->record);
		return STATUS_USAGE;
	}
	if (outputs->events.fd >= 0 && write_to_one_file(outputs->events.fd, outputs->record.fd)) {
		log_err("--record and --output cannot both write to %s", options->record);
		return STATUS_USAGE;
	}
	return STATUS_OK;
}

/* Refuse --rotate-size for outputs without a name, because they cannot be renamed. */
static enum status check_rotation(const struct outputs *outputs)
{
	const struct output_file *const files[] = { &outputs->events, &outputs->record };

	for (size_t i = 0; i < 2; i++) {
		if (files[i]->fd < 0 || !files[i]->path || files[i]->fd == STDERR_FILENO ||
		    files[i]->folder >= 0)
			continue;
		log_err("--rotate-size: %s is no regular file", files[i]->path);
		return STATUS_USAGE;
	}
	return STATUS_OK;
}

/* With --record alone, no events are printed, as tools for packet capture do. */
enum status outputs_open(const struct options *options, struct outputs *ret)
{
	struct outputs outputs = OUTPUTS_NONE;
	const struct output_how how = {
		.mode = options->mode,
		.append = options->append,
		.compressed = options->compress,
		.patience_ns = options->duration_ns,
		/* With a COMMAND, SIGHUP is passed to COMMAND, and does not reopen files. */
		.reopens = !options->command || options->rotate_size,
	};
	enum status status = STATUS_OK;

	outputs.events.path = options->output;
	if ((options->activity || options->top) && !options->output_given) {
		/* No events are printed, only the sums or the screens. */
	} else if (options->command && !options->output_given) {
		/* stdout belongs to COMMAND. */
		outputs.events.path = "stderr";
		outputs.events.fd = options->record ? -1 : STDERR_FILENO;
	} else if (!options->record || options->output_given) {
		int err = output_open(options->output, &how, &outputs.events);

		if (err < 0)
			return outcome_unwritable(options->output, err);
	}
	if (options->compress && outputs.events.fd >= 0 && isatty(outputs.events.fd)) {
		log_err("--compress: compressed events are nothing for a terminal");
		return STATUS_USAGE;
	}
	if (options->segmented)
		status = segments_open(options, &outputs.segments);
	else if (options->record)
		status = open_record(options, &how, &outputs);
	if (!status && options->rotate_size)
		status = check_rotation(&outputs);
	outputs.options = options;
	if (!status)
		*ret = outputs;
	return status;
}

static void add_folder(struct privileges_files *files, int fd, unsigned int mode, bool rename)
{
	if (fd < 0)
		return;
	files->folders[files->count].fd = fd;
	files->folders[files->count].mode = mode;
	files->folders[files->count++].rename = rename;
}

struct privileges_files outputs_files(const struct options *options, const struct outputs *outputs,
				      const struct metrics_file *metrics)
{
	struct privileges_files files = { .count = 0 };

	add_folder(&files, outputs->events.folder, options->mode, options->rotate_size);
	add_folder(&files, outputs->record.folder, options->mode, options->rotate_size);
	add_folder(&files, metrics->file.folder, METRICS_MODE, true);
	if (outputs->segments.folder >= 0) {
		add_folder(&files, outputs->segments.folder, outputs->segments.mode, true);
		files.folders[files.count - 1].segments = true;
	}
	return files;
}

bool outputs_reopen_possible(const struct outputs *outputs)
{
	return outputs->events.folder >= 0 || outputs->record.folder >= 0;
}

static void cannot_reopen(const char *path, int err)
{
	log_err("cannot open %s again: %s: the file that was open stays in use", path,
		output_strerror(err));
}

/*
 * Open a file again. Return: a descriptor; -1: the name still belongs to the open file, or a
 * failure was reported.
 */
static int reopen(const struct output_file *file, const struct output_how *how)
{
	int fd = file->folder < 0 ? 0 : output_reopen(file, how);

	if (fd < 0)
		cannot_reopen(file->path, fd);
	/* 0 is not a descriptor here: standard input is always open, so no file gets its number. */
	return fd > 0 ? fd : -1;
}

/* Close the former file, and use @fd instead. */
static void replace(struct outputs *outputs, struct output_file *file, int fd)
{
	if (fd < 0)
		return;
	if (close(file->fd) < 0)
		outputs->status = outcome_unwritable(file->path, -errno);
	file->fd = fd;
}

void outputs_reopen(const struct options *options, struct et_session *session,
		    struct outputs *outputs)
{
	const struct output_how how_events = {
		.mode = options->mode,
		.append = true,
		.compressed = options->compress,
	};
	const struct output_how how_record = { .mode = options->mode };
	int events, record, r = 0;

	events = reopen(&outputs->events, &how_events);
	record = reopen(&outputs->record, &how_record);
	outputs->again = false;
	if (events >= 0 || record >= 0)
		r = et_session__set_outputs(session, events, record);
	if (r == 0 || et_session__error(session)->kind) {
		replace(outputs, &outputs->events, events);
		replace(outputs, &outputs->record, record);
		return;
	}
	if (events >= 0)
		close(events);
	if (record >= 0)
		close(record);
	/* The new files are empty, so they can be opened again later. */
	outputs->again = r == -EAGAIN;
	if (r != -EAGAIN)
		cannot_reopen(record >= 0 ? outputs->record.path : outputs->events.path, r);
}

static struct output_file *file_of(struct outputs *outputs, enum et_output output)
{
	return output == ET_OUTPUT_RECORDS ? &outputs->record : &outputs->events;
}

static void close_used(struct outputs *outputs, enum et_output output)
{
	const struct output_file *file = file_of(outputs, output);

	if (outputs->used[output] >= 0 && close(outputs->used[output]) < 0)
		outputs->status = outcome_unwritable(file->path, -errno);
	outputs->used[output] = -1;
}

void outputs_close_used(struct outputs *outputs)
{
	close_used(outputs, ET_OUTPUT_EVENTS);
	close_used(outputs, ET_OUTPUT_RECORDS);
}

int outputs_next_file(void *ctx, enum et_output output)
{
	struct outputs *outputs = ctx;
	struct output_file *file = file_of(outputs, output);
	const struct output_how how = {
		.mode = outputs->options->mode,
		.append = output == ET_OUTPUT_EVENTS,
		.compressed = outputs->options->compress,
	};
	int fd;

	close_used(outputs, output);
	fd = output_rotate(file, &how, outputs->options->rotate_keep);
	if (fd < 0) {
		log_err("cannot rotate %s: %s: the file that is open stays in use", file->path,
			output_strerror(fd));
		return fd;
	}
	outputs->used[output] = file->fd;
	file->fd = fd;
	return fd;
}

enum status outputs_close(struct outputs *outputs)
{
	enum status status = outputs->status;
	struct output_file *files[] = { &outputs->record, &outputs->events };
	bool of_stdout = false;

	for (size_t i = 0; i < 2; i++) {
		if (files[i]->fd == STDOUT_FILENO)
			of_stdout = true;
		else if (files[i]->fd >= 0 && files[i]->fd != STDERR_FILENO &&
			 close(files[i]->fd) < 0)
			status = outcome_unwritable(files[i]->path, -errno);
	}
	if (outputs->segments.folder >= 0)
		close(outputs->segments.folder);
	if (of_stdout)
		close(STDOUT_FILENO);
	return status;
}
