/* SPDX-License-Identifier: BSD-2-Clause */
/* The keeper: COMMAND's parent. command.h describes the processes. */
#ifndef TOOLS_EVENTSTRACE_COMMAND_KEEPER_H
#define TOOLS_EVENTSTRACE_COMMAND_KEEPER_H

#include <stdbool.h>
#include <stdint.h>

#include "tools/eventstrace/command.h"

/* On the pipe to the keeper: this byte, or the number of a signal. */
#define KEEPER_GO 0

enum keeper_report_kind {
	KEEPER_STARTED = 1, /* value: COMMAND's process ID */
	KEEPER_NO_USER,     /* value: errno */
	KEEPER_NO_PROCESS,  /* value: errno */
	KEEPER_NO_EXEC,     /* value: errno */
	KEEPER_ENDED,       /* value: COMMAND's status, as of waitpid(2) */
	KEEPER_TREE_ENDED,  /* there are no descendants any more */
};

/* Smaller than PIPE_BUF: written and read whole. */
struct keeper_report {
	int32_t kind, value;
	uint64_t user_us, system_us; /* with KEEPER_ENDED */
};

struct keeper_task {
	const struct command_caller *caller;
	const struct command_user *user;
	char *const *argv; /* COMMAND, NULL-terminated */
	bool whole_tree;   /* wait for all descendants */
	int control;       /* reading end */
	int report;        /* writing end */
};

/* Become the keeper. All signals must be blocked. */
_Noreturn void keeper_run(const struct keeper_task *task);

#endif /* TOOLS_EVENTSTRACE_COMMAND_KEEPER_H */
