/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds the terminals that show the program's own output. Writes to them must not be recorded,
 * because each printed event would cause another event.
 */
#ifndef TOOLS_EVENTSTRACE_TERMINALS_H
#define TOOLS_EVENTSTRACE_TERMINALS_H

#include <stdint.h>

#include "lib/include/eventstrace.h"

struct terminals {
	uint64_t output;      /* the terminal that shows the events; 0: none */
	uint64_t pipeline[3]; /* terminals on which other processes of the pipeline may print */
	size_t pipeline_count;
	uint32_t pgid; /* process group of the pipeline, which includes this process; 0: none */
};

/**
 * terminals_find() - find the program's own terminals
 * @output_fd:		the descriptor for events
 * @ret:		receives the terminals as dev_t, always of a real terminal, never of
 *		/dev/tty
 *
 * If the output is a terminal, the result is this terminal, for all writers. If the output is a
 * pipe, its reader is usually a process of the same process group, such as jq in "eventstrace |
 * jq". It prints on the terminal that is stdin, stderr or the controlling terminal of this process.
 */
void terminals_find(int output_fd, struct terminals *ret);

/* Copy the terminals to the options of a session. @t must live until the session is open. */
void terminals_quiet(const struct terminals *t, struct et_options *opts);

#endif /* TOOLS_EVENTSTRACE_TERMINALS_H */
