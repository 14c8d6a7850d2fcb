/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/replay_inputs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/segments/folder.h"
#include "tools/eventstrace/log_err.h"
#include "tools/eventstrace/output.h"

static enum status fail_read(const char *path, int err)
{
	if (err == -EMFILE)
		log_err("cannot read %s: more files than this process may open: raise the limit "
			"with \"ulimit -n\", or name some of the segments",
			path);
	else
		log_err("cannot read %s: %s", path, strerror(-err));
	return STATUS_OTHER;
}

/* Add an open file, which is closed on failure. @path: taken, from malloc(). */
static enum status add(const struct options *options, struct replay_inputs *inputs, char *path,
		       int fd, bool grows)
{
	if (inputs->count == inputs->room) {
		size_t room = inputs->room ? 2 * inputs->room : 16;
		struct replay_input *more = realloc(inputs->inputs, room * sizeof(*more));

		if (!more) {
			close(fd);
			free(path);
			return fail_read("recordings", -ENOMEM);
		}
		inputs->inputs = more;
		inputs->room = room;
	}
	inputs->inputs[inputs->count++] = (struct replay_input){ path, fd, grows };
	/* Check this before the file is emptied. */
	if (output_is(options->output, fd)) {
		log_err("%s cannot be replayed into itself", path);
		return STATUS_USAGE;
	}
	return STATUS_OK;
}

static enum status add_segment(const struct options *options, struct replay_inputs *inputs,
			       const char *path, int folder, __u64 number)
{
	char name[ET_SEGMENT_NAME_SIZE], *whole = NULL;
	int fd;

	et_segment_name(number, name);
	fd = openat(folder, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
	/* A sender has deleted it meanwhile. */
	if (fd < 0 && errno == ENOENT)
		return STATUS_OK;
	if (fd < 0)
		return fail_read(path, -errno);
	if (asprintf(&whole, "%s%s%s", path, path[strlen(path) - 1] == '/' ? "" : "/", name) < 0) {
		close(fd);
		return fail_read(path, -ENOMEM);
	}
	/* The process that writes a segment holds the other kind of lock. */
	return add(options, inputs, whole, fd, flock(fd, LOCK_SH | LOCK_NB) < 0);
}

static enum status add_folder(const struct options *options, struct replay_inputs *inputs,
			      const char *path, int folder)
{
	const size_t before = inputs->count;
	enum status status = STATUS_OK;
	__u64 *numbers = NULL;
	size_t count = 0;
	int r = et_segment_list(folder, &numbers, &count);

	if (r < 0)
		return fail_read(path, r);
	for (size_t i = 0; !status && i < count; i++)
		status = add_segment(options, inputs, path, folder, numbers[i]);
	free(numbers);
	if (!status && inputs->count == before) {
		log_err("%s has no segments", path);
		status = STATUS_OTHER;
	}
	return status;
}

static enum status add_path(const struct options *options, struct replay_inputs *inputs,
			    const char *path)
{
	enum status status;
	struct stat st;
	char *copy;
	int fd = STDIN_FILENO;

	if (strcmp(path, "-") != 0)
		fd = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return fail_read(path, -errno);
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		status = add_folder(options, inputs, path, fd);
		close(fd);
		return status;
	}
	copy = strdup(path);
	if (!copy) {
		close(fd);
		return fail_read(path, -ENOMEM);
	}
	return add(options, inputs, copy, fd, false);
}

enum status replay_inputs_open(const struct options *options, struct replay_inputs *ret)
{
	struct replay_inputs inputs = { .count = 0 };
	enum status status = STATUS_OK;

	for (size_t i = 0; !status && i < options->replay_count; i++)
		status = add_path(options, &inputs, options->replays[i]);
	if (status)
		replay_inputs_close(&inputs);
	else
		*ret = inputs;
	return status;
}

void replay_inputs_close(const struct replay_inputs *inputs)
{
	for (size_t i = 0; i < inputs->count; i++) {
		close(inputs->inputs[i].fd);
		free(inputs->inputs[i].path);
	}
	free(inputs->inputs);
}
