/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The terminals that the program's own output ends up on. Writes to them must not be recorded:
 * each event printed would be a new event.
 */
#ifndef TOOLS_EVENTSTRACE_TERMINALS_H
#define TOOLS_EVENTSTRACE_TERMINALS_H

#include <stdint.h>

#include "lib/include/eventstrace.h"

struct terminals {
	uint64_t output;      /* the terminal that events are printed on, 0: none */
	uint64_t pipeline[3]; /* those that the rest of the pipeline may print on */
	size_t pipeline_count;
	uint32_t pgid; /* the process group that is the pipeline, its own; 0: there is none */
};

/**
 * terminals_find() - find the program's own terminals
 * @output_fd:	where events are written
 * @ret:	receives them, as dev_t of a terminal's own device, never of /dev/tty
 *
 * If the output is a terminal, it is that one, whoever writes to it. If it is a pipe, its reader
 * is a process of the same group as a rule ("eventstrace | jq"), and prints on the terminal that
 * this process has as stdin, stderr or controlling terminal.
 */
void terminals_find(int output_fd, struct terminals *ret);

/* Put them into the options of a session. @t must live until it is open. */
void terminals_quiet(const struct terminals *t, struct et_options *opts);

#endif /* TOOLS_EVENTSTRACE_TERMINALS_H */
