/* SPDX-License-Identifier: BSD-2-Clause */
/* The recordings of --replay. All are opened at the start: later no file can be. */
#ifndef TOOLS_EVENTSTRACE_REPLAY_INPUTS_H
#define TOOLS_EVENTSTRACE_REPLAY_INPUTS_H

#include <stdbool.h>
#include <stddef.h>

#include "tools/eventstrace/options.h"
#include "tools/eventstrace/status.h"

struct replay_input {
	char *path; /* "-" is stdin */
	int fd;
	bool grows; /* a segment that is still being written */
};

struct replay_inputs {
	struct replay_input *inputs; /* the oldest first */
	size_t count, room;
};

/*
 * Open the recordings of the options, and all segments of each folder among them. The segments are
 * locked, so that no tracer drops them. A failure is reported.
 */
enum status replay_inputs_open(const struct options *options, struct replay_inputs *ret);

void replay_inputs_close(const struct replay_inputs *inputs);

#endif /* TOOLS_EVENTSTRACE_REPLAY_INPUTS_H */
