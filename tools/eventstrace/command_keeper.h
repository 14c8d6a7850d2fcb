/* SPDX-License-Identifier: BSD-2-Clause */
/* The keeper: the parent of COMMAND. command.h describes the processes. */
#ifndef TOOLS_EVENTSTRACE_COMMAND_KEEPER_H
#define TOOLS_EVENTSTRACE_COMMAND_KEEPER_H

#include <stdbool.h>
#include <stdint.h>

#include "tools/eventstrace/command.h"

/* A byte to the keeper: KEEPER_GO, or the number of a signal to send to COMMAND. */
#define KEEPER_GO 0

enum keeper_report_kind {
	KEEPER_STARTED = 1, /* value: COMMAND's process ID */
	KEEPER_NO_USER,     /* value: errno */
	KEEPER_NO_PROCESS,  /* value: errno */
	KEEPER_NO_EXEC,     /* value: errno */
	KEEPER_ENDED,       /* value: wait status of COMMAND, as waitpid(2) returns it */
	KEEPER_TREE_ENDED,  /* no descendants of COMMAND are left */
};

/* Smaller than PIPE_BUF, so a report is always written and read as a whole. */
struct keeper_report {
	int32_t kind, value;
	uint64_t user_us, system_us; /* with KEEPER_ENDED */
};

struct keeper_task {
	const struct command_caller *caller;
	const struct command_user *user;
	char *const *argv; /* COMMAND and its arguments, NULL-terminated */
	bool whole_tree;   /* --wait=tree: wait for all descendants */
	int control;       /* read end of a pipe from eventstrace */
	int report;        /* write end of a pipe to eventstrace */
};

/* Become the keeper: start COMMAND, and exit after its end. All signals must be blocked. */
_Noreturn void keeper_run(const struct keeper_task *task);

#endif /* TOOLS_EVENTSTRACE_COMMAND_KEEPER_H */
