/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The terminals that show the program's own output. Writes to them must not be recorded: each
 * printed event would cause a new event.
 */
#ifndef TOOLS_EVENTSTRACE_TERMINALS_H
#define TOOLS_EVENTSTRACE_TERMINALS_H

#include <stdint.h>

#include "lib/include/eventstrace.h"

struct terminals {
	uint64_t output;      /* the terminal that shows the events, 0: none */
	uint64_t pipeline[3]; /* terminals that the rest of the pipeline may print on */
	size_t pipeline_count;
	uint32_t pgid; /* the process group of the pipeline, which is its own; 0: none */
};

/**
 * terminals_find() - find the program's own terminals
 * @output_fd:	the descriptor for events
 * @ret:	receives them, as dev_t of a terminal's own device, never of /dev/tty
 *
 * If the output is a terminal, the result is that one, for all writers. If it is a pipe, its reader
 * is usually a process of the same group ("eventstrace | jq"). It prints on the terminal that this
 * process has as stdin, stderr or controlling terminal.
 */
void terminals_find(int output_fd, struct terminals *ret);

/* Write them to the options of a session. @t must live until the session is open. */
void terminals_quiet(const struct terminals *t, struct et_options *opts);

#endif /* TOOLS_EVENTSTRACE_TERMINALS_H */
